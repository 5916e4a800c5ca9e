// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.UnavailableException;
import io.kvorum.raft.server.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The search of one read for its index: asks again, until the deadline, while there is no leader.
 */
final class ReadIndexSearch {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ReadIndexes owner;
  private final Deadline deadline;
  private final boolean mayForward;
  private final boolean byLease;
  private final CompletableFuture<Long> result = new CompletableFuture<>();
  private volatile String lastTrouble = "the call has just begun";
  private volatile @Nullable ScheduledFuture<?> alarm;

  // of the attempt under way
  private long pauseNanos = FIRST_PAUSE_NANOS;

  ReadIndexSearch(ReadIndexes owner, Deadline deadline, boolean mayForward, boolean byLease) {
    this.owner = owner;
    this.deadline = deadline;
    this.mayForward = mayForward;
    this.byLease = byLease;
  }

  CompletableFuture<Long> result() {
    return result;
  }

  void start() {
    alarm = owner.timer().after(deadline.remainingNanos(), this::expire);
    attempt();
  }

  void fail(RuntimeException error) {
    if (result.completeExceptionally(error)) {
      settled();
    }
  }

  private void attempt() {
    if (result.isDone()) {
      return;
    }
    if (owner.server().isElected()) {
      owner.here().whenComplete(this::answered).exceptionally(this::unexpected);
    } else if (mayForward) {
      owner.there(byLease).whenComplete(this::answered).exceptionally(this::unexpected);
    } else {
      fail(new NotConfirmedException("this replica does not lead"));
    }
  }

  private void answered(@Nullable Long index, @Nullable Throwable error) {
    if (index != null) {
      found(index);
    } else {
      tryLater(String.valueOf(unwrap(error).getMessage()));
    }
  }

  private void found(long index) {
    if (result.complete(index)) {
      settled();
    }
  }

  private void tryLater(String why) {
    lastTrouble = why;
    long pause = Math.min(pauseNanos, deadline.remainingNanos());
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    owner.timer().later(pause, this::attempt);
  }

  private void expire() {
    var unreachable = owner.peers().unreachable();
    fail(
        new UnavailableException(
            "no leader confirmed the read before its deadline: "
                + lastTrouble
                + (unreachable.isEmpty()
                    ? ""
                    : "; peers that could not be reached: " + unreachable),
            null));
  }

  private void settled() {
    ScheduledFuture<?> timeout = alarm;
    if (timeout != null) {
      timeout.cancel(false);
    }
    owner.settled(this);
  }

  private @Nullable Long unexpected(Throwable bug) {
    tryLater(String.valueOf(bug));
    return null;
  }

  private static Throwable unwrap(@Nullable Throwable error) {
    if (error == null) {
      return new IllegalStateException("no answer");
    }
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
