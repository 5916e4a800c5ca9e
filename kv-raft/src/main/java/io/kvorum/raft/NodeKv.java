// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.raft.server.Deadline;
import io.kvorum.store.ArgumentChecks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** The replicated store as one node offers it, with one timeout. */
final class NodeKv implements ReplicatedKv {

  private final NodeParts node;
  private final Duration timeout;

  NodeKv(NodeParts node, Duration timeout) {
    this.node = node;
    this.timeout = timeout;
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
  public byte @Nullable [] get(byte[] key) {
    ArgumentChecks.readKey(key);
    MvccStore store = linearizable();
    return store.getAt(key, now(store));
  }

  @Override
  public List<KeyValue> scan(KeyRange range, int limit) {
    ArgumentChecks.range(range);
    MvccStore store = linearizable();
    return store.scanAt(range, limit, now(store));
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
  public CompletableFuture<byte @Nullable []> getAsync(byte[] key) {
    ArgumentChecks.readKey(key);
    byte[] copy = key.clone();
    return readAsync(store -> store.getAt(copy, now(store)));
  }

  @Override
  public CompletableFuture<List<KeyValue>> scanAsync(KeyRange range, int limit) {
    ArgumentChecks.range(range);
    KeyRange copy = new KeyRange(copy(range.start()), copy(range.end()));
    return readAsync(store -> store.scanAt(copy, limit, now(store)));
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

  // ---- reads ---------------------------------------------------------------------------------

  /* The local store, once it has what a read that begins now must see. */
  private MvccStore linearizable() {
    Deadline deadline = Deadline.after(timeout);
    LogPosition unused = Waiting.until(deadline, caughtUp(deadline), UnavailableException::new);
    return node.store();
  }

  /* Time is made by the log: expiries are judged at the newest commit, not by this host's clock. */
  private static long now(MvccStore store) {
    return store.lastCommitTs();
  }

  private <T> CompletableFuture<T> readAsync(Function<MvccStore, T> read) {
    return caughtUp(Deadline.after(timeout))
        .thenApplyAsync(position -> read.apply(node.store()), node.callbacks());
  }

  private CompletableFuture<LogPosition> caughtUp(Deadline deadline) {
    node.checkServing();
    return node.reads().find(deadline, true).thenCompose(index -> node.applied(index, deadline));
  }

  private static byte @Nullable [] copy(byte @Nullable [] bytes) {
    return bytes == null ? null : bytes.clone();
  }
}
