// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.VersionBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The raft family, not synced. An operation is one mutation. The raw side writes the newest records
 * and the metadata that the store writes, and reads nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameter before anything else
public class Applies extends Side {

  static final int GROUP = 64;

  /** Which keys are written. */
  public enum Keys {
    FRESH,
    EXISTING
  }

  /** Which keys are written. */
  @Param({"FRESH", "EXISTING"})
  public Keys keys;

  private final SplittableRandom random = new SplittableRandom(1);
  private long fresh = 1L << 32;

  @Override
  Data data() {
    return Data.WIDE;
  }

  @Override
  boolean isWritten() {
    return true;
  }

  private Mutation.Put put() {
    long number = keys == Keys.FRESH ? fresh++ : random.nextInt(data().keys());
    return new Mutation.Put(Entries.key(number), Entries.value(random.nextLong()), 0);
  }

  /** One entry of one mutation. */
  @Benchmark
  public void single() {
    List<Mutation> mutations = List.of(put());
    long ts = ++lastTs;
    store.applyMutationsRaft(position(), mutations, Entries.NO_READS, ts - 1, ts);
  }

  @Benchmark
  public void singleRaw() throws IOException {
    write(List.of(put()));
  }

  /** One entry of many mutations. */
  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void entry() {
    List<Mutation> mutations = new ArrayList<>(puts());
    long ts = ++lastTs;
    store.applyMutationsRaft(position(), mutations, Entries.NO_READS, ts - 1, ts);
  }

  /** Many entries of one mutation in one group, as the apply thread writes them. */
  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void group() {
    List<Mutation.Put> puts = puts();
    try (RaftBatch batch = store.openRaftBatch()) {
      batch.prefetch(puts.stream().map(Mutation.Put::key).toList());
      for (Mutation.Put put : puts) {
        long ts = ++lastTs;
        batch.applyMutationsRaft(List.of(put), Entries.NO_READS, ts - 1, ts);
      }
      batch.commit(position());
    }
  }

  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void groupRaw() throws IOException {
    write(puts());
  }

  private List<Mutation.Put> puts() {
    List<Mutation.Put> puts = new ArrayList<>(GROUP);
    for (int i = 0; i < GROUP; i++) {
      puts.add(put());
    }
    return puts;
  }

  private void write(List<Mutation.Put> puts) throws IOException {
    List<byte[]> keys = new ArrayList<>(puts.size() + 2);
    List<byte[]> values = new ArrayList<>(puts.size() + 2);
    for (Mutation.Put put : puts) {
      keys.add(StoreKeys.newest(put.key()));
      values.add(VersionBytes.put(++lastTs, put.value(), 0));
    }
    keys.add(StoreKeys.timestamps());
    values.add(StoreRecords.encode(new StoreRecords.Timestamps(lastTs, 0)));
    keys.add(StoreKeys.applied());
    values.add(StoreRecords.encode(new LogPosition(1, lastTs)));
    db.write(keys, values);
  }
}
