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

  /**
   * The snapshot that a run reads.
   *
   * @param isConfirmed whether it holds all that was acknowledged before, for certain
   */
  private record Start(long readTs, boolean isConfirmed) {}

  /**
   * A run of the body that has ended.
   *
   * @param end returns what the body returned, or throws what it threw
   * @param thrown what the body threw, if it did
   */
  private record Run<T extends @Nullable Object>(
      Start start,
      OpenTransaction transaction,
      Supplier<T> end,
      @Nullable RuntimeException thrown) {

    /** Whether there is something to commit. */
    boolean writes() {
      return thrown == null && !transaction.isReadOnly();
    }

    /** What the caller gets when it cannot be found out whether the snapshot was the newest. */
    RuntimeException unconfirmed(RuntimeException why) {
      if (thrown == null) {
        return why;
      }
      thrown.addSuppressed(why);
      return thrown;
    }

    /** Tells the listener, if the body has left one. */
    T committed(Commit commit) {
      transaction.committed(commit);
      return end.get();
    }
  }

  <T extends @Nullable Object> T transact(Function<Transaction, T> body, Deadline deadline) {
    ArgumentChecks.notNull(body, "body");
    ConflictRetries retries = new ConflictRetries(deadline);
    Start start = await(begin(deadline, retries), deadline);
    while (true) {
      Run<T> run = run(body, start);
      if (!run.writes()) {
        start = confirmed(run, deadline);
        if (start.readTs() == run.start().readTs()) {
          return run.end().get();
        }
        continue;
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
      start = await(begin(deadline, retries), deadline);
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
        .thenComposeAsync(
            start -> finish(run(body, start), body, deadline, retries), node.callbacks());
  }

  private <T extends @Nullable Object> CompletableFuture<T> finish(
      Run<T> run, Function<Transaction, T> body, Deadline deadline, ConflictRetries retries) {
    return run.writes()
        ? commit(run, body, deadline, retries)
        : confirm(run.start(), deadline)
            .exceptionallyCompose(
                error -> CompletableFuture.failedFuture(run.unconfirmed(Waiting.forCaller(error))))
            .thenComposeAsync(
                start ->
                    start.readTs() == run.start().readTs()
                        ? CompletableFuture.completedFuture(run.end().get())
                        : finish(run(body, start), body, deadline, retries),
                node.callbacks());
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

  /**
   * Where a run begins. A leader asks nobody while it has its lease: that the snapshot was the
   * newest is found out when the transaction commits.
   */
  private CompletableFuture<Start> begin(Deadline deadline, ConflictRetries retries) {
    node.checkServing();
    boolean byLease = node.server().isReadyLeader();
    return node.readPoints()
        .find(byLease ? ReadOptions.lease() : ReadOptions.linearizable(), deadline)
        .thenApply(readTs -> new Start(readTs, !byLease))
        .exceptionallyCompose(
            error -> CompletableFuture.failedFuture(retries.atDeadline(Waiting.forCaller(error))));
  }

  /**
   * Where a run that has nothing to commit should have begun: what it returns, or throws, must be
   * of a state that was the newest.
   */
  private CompletableFuture<Start> confirm(Start start, Deadline deadline) {
    return start.isConfirmed()
        ? CompletableFuture.completedFuture(start)
        : node.readPoints()
            .find(ReadOptions.linearizable(), deadline)
            .thenApply(readTs -> new Start(readTs, true));
  }

  private Start confirmed(Run<?> run, Deadline deadline) {
    try {
      return await(confirm(run.start(), deadline), deadline);
    } catch (RuntimeException e) {
      throw run.unconfirmed(e);
    }
  }

  private static Start await(CompletableFuture<Start> start, Deadline deadline) {
    return Waiting.until(deadline, start, UnavailableException::new);
  }

  private <T extends @Nullable Object> Run<T> run(Function<Transaction, T> body, Start start) {
    OpenTransaction transaction =
        new OpenTransaction(node.store(), writes.checks(), start.readTs());
    try {
      T result = body.apply(transaction);
      return new Run<>(start, transaction, () -> result, null);
    } catch (RuntimeException e) {
      return new Run<>(
          start,
          transaction,
          () -> {
            throw e;
          },
          e);
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
