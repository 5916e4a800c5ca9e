// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.Timer;
import io.kvorum.store.ArgumentChecks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;

/**
 * Finds the timestamp at which this replica's own store is to be read, and waits until it can be.
 * No commit ever lands at or below such a timestamp afterwards. Thread-safe; never blocks. The
 * futures fail with UnavailableException at the deadline, and complete on threads that must not be
 * held up.
 */
public final class ReadPoints {

  private final ReadIndexes indexes;
  private final AppliedWaiters applied;
  private final Timer timer;
  private final Supplier<KvException> closed;
  private final Freshness freshness = new Freshness();

  /**
   * @param closed what a read fails with once the timer is closed
   */
  public ReadPoints(
      ReadIndexes indexes, AppliedWaiters applied, Timer timer, Supplier<KvException> closed) {
    this.indexes = indexes;
    this.applied = applied;
    this.timer = timer;
    this.closed = closed;
  }

  /** The read timestamp for a read that begins now. */
  public CompletableFuture<Long> find(ReadOptions options, Deadline deadline) {
    ArgumentChecks.notNull(options, "options");
    if (options instanceof ReadOptions.AtLeast atLeast) {
      return committed(atLeast.commitTs(), deadline);
    } else if (options instanceof ReadOptions.At at) {
      return committed(at.timestamp(), deadline).thenApply(reached -> at.timestamp());
    } else if (options instanceof ReadOptions.Stale stale) {
      return notOlderThan(stale.maxAge(), deadline);
    }
    return confirmed(deadline, options instanceof ReadOptions.Lease);
  }

  /** Completes once the log entry with this index is applied. */
  public CompletableFuture<LogPosition> applied(long index, Deadline deadline) {
    return within(
        deadline,
        applied.await(index),
        () ->
            "log index "
                + index
                + " was not applied before the deadline; this replica is at "
                + applied.applied().index());
  }

  /* The newest timestamp once it is at or above the one asked for. */
  private CompletableFuture<Long> committed(long commitTs, Deadline deadline) {
    return within(
        deadline,
        applied.awaitTimestamp(commitTs),
        () ->
            "no commit at or above timestamp "
                + commitTs
                + " was applied before the deadline; this replica is at "
                + applied.lastCommitTs());
  }

  private CompletableFuture<Long> confirmed(Deadline deadline, boolean byLease) {
    long began = System.nanoTime();
    return indexes
        .find(deadline, true, byLease)
        .thenCompose(index -> applied(index, deadline))
        .thenApply(
            position -> {
              freshness.caughtUp(began);
              return applied.lastCommitTs();
            });
  }

  private CompletableFuture<Long> notOlderThan(Duration maxAge, Deadline deadline) {
    if (freshness.isWithin(maxAge)) {
      return CompletableFuture.completedFuture(applied.lastCommitTs());
    }
    return confirmed(deadline, false);
  }

  private <T> CompletableFuture<T> within(
      Deadline deadline, CompletableFuture<T> future, Supplier<String> trouble) {
    if (future.isDone()) {
      return future;
    }
    ScheduledFuture<?> alarm =
        timer.after(
            deadline.remainingNanos(),
            () -> future.completeExceptionally(new UnavailableException(trouble.get(), null)));
    if (alarm == null) {
      future.completeExceptionally(closed.get());
    } else {
      CompletableFuture<T> unused = future.whenComplete((v, error) -> alarm.cancel(false));
    }
    return future;
  }
}
