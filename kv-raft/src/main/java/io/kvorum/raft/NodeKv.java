// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.RequestId;
import io.kvorum.api.RequestOutcome;
import io.kvorum.api.ScanPage;
import io.kvorum.api.ScanToken;
import io.kvorum.api.Transaction;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.NodeWrites.Submitted;
import io.kvorum.raft.server.Deadline;
import io.kvorum.store.ArgumentChecks;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The replicated store as one node offers it, with one timeout. */
final class NodeKv implements ReplicatedKv {

  private final NodeParts node;
  private final Duration timeout;
  private final NodeReads reads;
  private final NodeWrites writes;
  private final NodeTransactions transactions;
  private final NodeOutcomes outcomes;

  NodeKv(NodeParts node, Duration timeout) {
    this.node = node;
    this.timeout = timeout;
    this.reads = new NodeReads(node, timeout);
    this.writes = new NodeWrites(node);
    this.transactions = new NodeTransactions(node, writes);
    this.outcomes = new NodeOutcomes(node);
  }

  @Override
  public Commit put(byte[] key, byte[] value) {
    return submit(List.of(Mutation.put(key, value))).await();
  }

  @Override
  public Commit delete(byte[] key) {
    return submit(List.of(Mutation.delete(key))).await();
  }

  @Override
  public Commit deletePrefix(byte[] prefix) {
    return writes.deletePrefix(prefix, deadline()).await();
  }

  @Override
  public Commit write(List<Mutation> mutations) {
    return submit(mutations).await();
  }

  @Override
  public Commit putStream(byte[] key, InputStream value, long expireAt) {
    return writes.stream(key, value, expireAt, timeout);
  }

  @Override
  public <T extends @Nullable Object> T transact(Function<Transaction, T> body) {
    return transactions.transact(body, deadline());
  }

  @Override
  public RequestOutcome outcomeOf(RequestId id) {
    Deadline deadline = deadline();
    return Waiting.until(deadline, outcomes.outcomeOf(id, deadline), UnavailableException::new);
  }

  @Override
  public byte @Nullable [] get(byte[] key, ReadOptions options) {
    return reads.get(key, options);
  }

  @Override
  public @Nullable LargeValue openStream(byte[] key, ReadOptions options) {
    return reads.openStream(key, options);
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
    ArgumentChecks.notNull(token, "token");
    return reads.page(token.remaining(), token.reverse(), limit, ReadOptions.at(token.timestamp()));
  }

  @Override
  public Flow.Publisher<CommitEvent> watch(KeyRange range, long afterTs) {
    ArgumentChecks.range(range);
    ArgumentChecks.timestamp(afterTs, "afterTs");
    return node.watches().publisher(NodeReads.copy(range), afterTs, null);
  }

  @Override
  public Flow.Publisher<CommitEvent> watch(KeyRange range, long afterTs, Duration progressEvery) {
    ArgumentChecks.range(range);
    ArgumentChecks.timestamp(afterTs, "afterTs");
    ArgumentChecks.notNull(progressEvery, "progressEvery");
    if (progressEvery.compareTo(ReplicatedKv.SHORTEST_PROGRESS) < 0
        || progressEvery.compareTo(ReplicatedKv.LONGEST_PROGRESS) > 0) {
      throw new InvalidArgumentException(
          "progressEvery is "
              + progressEvery
              + ", allowed are "
              + ReplicatedKv.SHORTEST_PROGRESS
              + " to "
              + ReplicatedKv.LONGEST_PROGRESS);
    }
    return node.watches().publisher(NodeReads.copy(range), afterTs, progressEvery);
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
    return handOver(writes.deletePrefix(prefix, deadline()));
  }

  @Override
  public CompletableFuture<Commit> writeAsync(List<Mutation> mutations) {
    return handOver(submit(mutations));
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> transactAsync(
      Function<Transaction, T> body) {
    return transactions.transactAsync(body, deadline());
  }

  @Override
  public CompletableFuture<RequestOutcome> outcomeOfAsync(RequestId id) {
    return outcomes.outcomeOf(id, deadline());
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
    ArgumentChecks.notNull(token, "token");
    return reads.pageAsync(
        token.remaining(), token.reverse(), limit, ReadOptions.at(token.timestamp()));
  }

  @Override
  public ReplicatedKv withTimeout(Duration newTimeout) {
    Deadline.checkTimeout(newTimeout, "timeout");
    return new NodeKv(node, newTimeout);
  }

  private Deadline deadline() {
    return Deadline.after(timeout);
  }

  private Submitted submit(List<Mutation> mutations) {
    return writes.write(mutations, deadline());
  }

  private CompletableFuture<Commit> handOver(Submitted submitted) {
    return submitted.commit().whenCompleteAsync((commit, error) -> {}, node.callbacks());
  }
}
