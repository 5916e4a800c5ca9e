// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReplicatedKv;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as data, so that it can be sent to another process: first it reads, then it writes.
 * What it read decides nothing of what it writes, but must hold when it commits all the same.
 *
 * <pre>{@code
 * ScriptedTransaction transaction =
 *     new ScriptedTransaction(
 *         List.of(key), // reads
 *         List.of(new ScriptedTransaction.Scan(range, 10)),
 *         List.of(Mutation.put(key, value)));
 * ScriptedTransaction.Run run = client.transact(transaction); // recorded, to be judged
 * }</pre>
 *
 * @param reads keys that it reads one by one
 * @param scans ranges that it scans after that
 * @param writes what it writes after that
 */
public record ScriptedTransaction(List<byte[]> reads, List<Scan> scans, List<Mutation> writes) {

  public ScriptedTransaction {
    reads = List.copyOf(reads);
    scans = List.copyOf(scans);
    writes = List.copyOf(writes);
  }

  /** The first {@code limit} keys of a range. */
  public record Scan(KeyRange range, int limit) {}

  /**
   * What it saw in the run that was committed.
   *
   * @param readTs the timestamp that it read at
   * @param values of the keys, in their order; null where there was none
   * @param scans what each scan found
   * @param commit null if it wrote nothing
   */
  public record Run(
      long readTs,
      List<byte @Nullable []> values,
      List<List<KeyValue>> scans,
      @Nullable Commit commit) {}

  /** Runs it, and throws as {@link ReplicatedKv#transact}. */
  public Run on(ReplicatedKv kv) {
    AtomicReference<Commit> commit = new AtomicReference<>();
    Run seen =
        kv.transact(
            tx -> {
              List<byte @Nullable []> values = new ArrayList<>();
              reads.forEach(key -> values.add(tx.get(key)));
              List<List<KeyValue>> found = new ArrayList<>();
              scans.forEach(scan -> found.add(tx.scan(scan.range(), scan.limit())));
              for (Mutation write : writes) {
                if (write instanceof Mutation.Put put) {
                  tx.put(put.key(), put.value());
                } else {
                  tx.delete(write.key());
                }
              }
              tx.onCommit(commit::set);
              return new Run(tx.readTimestamp(), values, found, null);
            });
    return new Run(seen.readTs(), seen.values(), seen.scans(), commit.get());
  }

  @Override
  public String toString() {
    return "transaction of " + reads.stream().map(Arrays::toString).toList() + scans + writes;
  }
}
