// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.Transaction;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.txn.OpenTransaction;
import io.kvorum.store.ArgumentChecks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the body of a transaction until it commits, or its deadline passes: in the calling thread,
 * or on the node's threads, of which it then holds none while it waits for others.
 */
final class NodeTransactions {

  private final NodeParts node;
  private final NodeWrites writes;

  NodeTransactions(NodeParts node, NodeWrites writes) {
    this.node = node;
    this.writes = writes;
  }

  /** A run of the body that has returned. */
  private record Run<T extends @Nullable Object>(OpenTransaction transaction, T result) {

    /** Tells the listener, if the body has left one. */
    T committed(Commit commit) {
      transaction.committed(commit);
      return result;
    }
  }

  <T extends @Nullable Object> T transact(Function<Transaction, T> body, Deadline deadline) {
    ArgumentChecks.notNull(body, "body");
    ConflictRetries retries = new ConflictRetries(deadline);
    while (true) {
      long readTs = Waiting.until(deadline, begin(deadline, retries), UnavailableException::new);
      Run<T> run = run(body, readTs);
      if (run.transaction().isReadOnly()) {
        return run.result();
      }
      Commit commit = null;
      try {
        commit = submit(run, deadline).await();
      } catch (RuntimeException e) {
        Waiting.pause(retries.pauseAfter(e), "between two runs of a transaction");
      }
      if (commit != null) {
        return run.committed(commit);
      }
    }
  }

  /** What the body or its listener throws completes the future, too. */
  <T extends @Nullable Object> CompletableFuture<T> transactAsync(
      Function<Transaction, T> body, Deadline deadline) {
    ArgumentChecks.notNull(body, "body");
    return CompletableFuture.completedFuture(new ConflictRetries(deadline))
        .thenCompose(retries -> attempt(body, deadline, retries))
        .exceptionallyCompose(
            error ->
                CompletableFuture.failedFuture(
                    cause(error) instanceof RejectedExecutionException
                        ? node.closed()
                        : cause(error)));
  }

  private <T extends @Nullable Object> CompletableFuture<T> attempt(
      Function<Transaction, T> body, Deadline deadline, ConflictRetries retries) {
    return begin(deadline, retries)
        .thenApplyAsync(readTs -> run(body, readTs), node.callbacks())
        .thenCompose(
            run ->
                run.transaction().isReadOnly()
                    ? CompletableFuture.completedFuture(run.result())
                    : commit(run, body, deadline, retries));
  }

  private <T extends @Nullable Object> CompletableFuture<T> commit(
      Run<T> run, Function<Transaction, T> body, Deadline deadline, ConflictRetries retries) {
    return submit(run, deadline)
        .commit()
        .<Supplier<CompletableFuture<T>>>handle(
            (commit, error) ->
                error == null
                    ? () ->
                        CompletableFuture.supplyAsync(() -> run.committed(commit), node.callbacks())
                    : () -> again(Waiting.forCaller(error), body, deadline, retries))
        .thenCompose(Supplier::get);
  }

  private <T extends @Nullable Object> CompletableFuture<T> again(
      RuntimeException why,
      Function<Transaction, T> body,
      Deadline deadline,
      ConflictRetries retries) {
    long nanos = retries.pauseAfter(why);
    return new CompletableFuture<@Nullable Void>()
        .completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS)
        .thenComposeAsync(waited -> attempt(body, deadline, retries), node.callbacks());
  }

  /** Finds the timestamp that a run reads at. */
  private CompletableFuture<Long> begin(Deadline deadline, ConflictRetries retries) {
    node.checkServing();
    return node.readPoints()
        .find(ReadOptions.linearizable(), deadline)
        .exceptionallyCompose(
            error -> CompletableFuture.failedFuture(retries.atDeadline(Waiting.forCaller(error))));
  }

  private <T extends @Nullable Object> Run<T> run(Function<Transaction, T> body, long readTs) {
    OpenTransaction transaction = new OpenTransaction(node.store(), writes.checks(), readTs);
    try {
      return new Run<>(transaction, body.apply(transaction));
    } finally {
      transaction.end();
    }
  }

  private NodeWrites.Submitted submit(Run<?> run, Deadline deadline) {
    return writes.submit(new Request.OnePhase(run.transaction().request()), deadline);
  }

  private static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
