// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.raft.server.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions to other replicas that all who wait for an answer share.
 *
 * <p>Invariants: (1) at most one round runs; (2) an answer comes from a round that began after it
 * was asked for; (3) if every round ends, every question is answered.
 */
final class SharedRounds<T> {

  private final Timer timer;
  private final Supplier<CompletableFuture<T>> round;

  // guarded by this
  private boolean running;
  private @Nullable CompletableFuture<T> next;

  /**
   * @param round begins one; its future must complete within a bound
   */
  SharedRounds(Timer timer, Supplier<CompletableFuture<T>> round) {
    this.timer = timer;
    this.round = round;
  }

  /** The answer of a round that begins after this call. Shared: not to be completed by a caller. */
  CompletableFuture<T> ask() {
    CompletableFuture<T> mine = new CompletableFuture<>();
    synchronized (this) {
      if (running) {
        if (next == null) {
          next = mine;
        }
        return next;
      }
      running = true;
    }
    begin(mine);
    return mine;
  }

  private void begin(CompletableFuture<T> asked) {
    CompletableFuture<T> answer;
    try {
      answer = round.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    boolean atOnce = answer.isDone();
    CompletableFuture<T> unused =
        answer.whenComplete((value, error) -> end(asked, value, error, atOnce));
  }

  private void end(CompletableFuture<T> asked, T value, @Nullable Throwable error, boolean atOnce) {
    // The answer first: who gets it may ask again, and come into the next round.
    if (error != null) {
      asked.completeExceptionally(error);
    } else {
      asked.complete(value);
    }
    CompletableFuture<T> following;
    synchronized (this) {
      following = next;
      next = null;
      running = following != null;
    }
    if (following == null) {
      return;
    } else if (atOnce) {
      timer.later(0, () -> begin(following)); // rounds would nest without a bound
    } else {
      begin(following);
    }
  }
}
