// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.ScanPage;
import io.kvorum.api.ScanToken;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.raft.server.Deadline;
import io.kvorum.store.ArgumentChecks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** The replicated store as one node offers it, with one timeout. */
final class NodeKv implements ReplicatedKv {

  private final NodeParts node;
  private final Duration timeout;
  private final NodeReads reads;

  NodeKv(NodeParts node, Duration timeout) {
    this.node = node;
    this.timeout = timeout;
    this.reads = new NodeReads(node, timeout);
  }

  @Override
  public Commit put(byte[] key, byte[] value) {
    return await(submit(List.of(Mutation.put(key, value))));
  }

  @Override
  public Commit delete(byte[] key) {
    return await(submit(List.of(Mutation.delete(key))));
  }

  @Override
  public Commit deletePrefix(byte[] prefix) {
    return await(submitPrefix(prefix));
  }

  @Override
  public Commit write(List<Mutation> mutations) {
    return await(submit(mutations));
  }

  @Override
  public byte @Nullable [] get(byte[] key, ReadOptions options) {
    return reads.get(key, options);
  }

  @Override
  public List<KeyValue> scan(KeyRange range, int limit, ReadOptions options) {
    return reads.scan(range, limit, false, options);
  }

  @Override
  public List<KeyValue> reverseScan(KeyRange range, int limit, ReadOptions options) {
    return reads.scan(range, limit, true, options);
  }

  @Override
  public MvccCursor openCursor(KeyRange range, boolean reverse, ReadOptions options) {
    return reads.openCursor(range, reverse, options);
  }

  @Override
  public ScanPage scanPage(KeyRange range, boolean reverse, int limit, ReadOptions options) {
    return reads.page(range, reverse, limit, options);
  }

  @Override
  public ScanPage scanPage(ScanToken token, int limit) {
    return reads.page(token.remaining(), token.reverse(), limit, ReadOptions.at(token.timestamp()));
  }

  @Override
  public CompletableFuture<Commit> putAsync(byte[] key, byte[] value) {
    return handOver(submit(List.of(Mutation.put(key, value))));
  }

  @Override
  public CompletableFuture<Commit> deleteAsync(byte[] key) {
    return handOver(submit(List.of(Mutation.delete(key))));
  }

  @Override
  public CompletableFuture<Commit> deletePrefixAsync(byte[] prefix) {
    return handOver(submitPrefix(prefix));
  }

  @Override
  public CompletableFuture<Commit> writeAsync(List<Mutation> mutations) {
    return handOver(submit(mutations));
  }

  @Override
  public CompletableFuture<byte @Nullable []> getAsync(byte[] key, ReadOptions options) {
    return reads.getAsync(key, options);
  }

  @Override
  public CompletableFuture<List<KeyValue>> scanAsync(
      KeyRange range, int limit, ReadOptions options) {
    return reads.scanAsync(range, limit, false, options);
  }

  @Override
  public CompletableFuture<List<KeyValue>> reverseScanAsync(
      KeyRange range, int limit, ReadOptions options) {
    return reads.scanAsync(range, limit, true, options);
  }

  @Override
  public CompletableFuture<ScanPage> scanPageAsync(
      KeyRange range, boolean reverse, int limit, ReadOptions options) {
    return reads.pageAsync(range, reverse, limit, options);
  }

  @Override
  public CompletableFuture<ScanPage> scanPageAsync(ScanToken token, int limit) {
    return reads.pageAsync(
        token.remaining(), token.reverse(), limit, ReadOptions.at(token.timestamp()));
  }

  @Override
  public ReplicatedKv withTimeout(Duration newTimeout) {
    Deadline.checkTimeout(newTimeout, "timeout");
    return new NodeKv(node, newTimeout);
  }

  // ---- writes --------------------------------------------------------------------------------

  private Submitted submit(List<Mutation> mutations) {
    if (mutations.isEmpty()) {
      throw new InvalidArgumentException("a write needs at least one mutation");
    }
    new ArgumentChecks(node.settings().storeOptions().maxValueBytes())
        .apply(mutations, List.of(), 0, 0);
    return submit(Commands.write(mutations));
  }

  private Submitted submitPrefix(byte[] prefix) {
    ArgumentChecks.prefix(prefix, null);
    return submit(Commands.deletePrefix(prefix));
  }

  private Submitted submit(ByteString command) {
    Deadline deadline = Deadline.after(timeout);
    return new Submitted(
        deadline, node.submitter().submit(command, deadline, true).thenApply(NodeKv::commit));
  }

  private record Submitted(Deadline deadline, CompletableFuture<Commit> commit) {}

  private static Commit await(Submitted submitted) {
    return Waiting.until(submitted.deadline(), submitted.commit(), OutcomeUnknownException::new);
  }

  private static Commit commit(Reply reply) {
    if (reply.alreadyApplied() || reply.outcomes().isEmpty()) {
      throw new OutcomeUnknownException("the write was applied, but its outcome is lost", null);
    }
    Outcome outcome = reply.outcomes().get(0);
    if (outcome instanceof Outcome.Committed committed) {
      return new Commit(committed.commitTs(), reply.position());
    } else if (outcome instanceof Outcome.Invalid invalid) {
      throw new InvalidArgumentException(invalid.why());
    }
    throw new KvException("a write that checks for no conflict ended with " + outcome);
  }

  private CompletableFuture<Commit> handOver(Submitted submitted) {
    return submitted.commit().whenCompleteAsync((commit, error) -> {}, node.callbacks());
  }
}
