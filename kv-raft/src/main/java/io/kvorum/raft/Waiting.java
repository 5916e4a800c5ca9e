// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.server.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** How a calling thread waits for a future of the node. */
final class Waiting {

  /* The futures keep the deadline themselves; this is only so that no bug waits for ever. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private Waiting() {}

  /**
   * Waits for the future until a little after the deadline. What the future fails with is thrown
   * with the caller's stack.
   *
   * @param late makes the exception for a wait that was interrupted or outlived its deadline
   */
  static <T> T until(
      Deadline deadline,
      CompletableFuture<T> future,
      BiFunction<String, @Nullable Throwable, KvException> late) {
    try {
      return future.get(deadline.remainingNanos() + GRACE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw late.apply("the waiting thread was interrupted", e);
    } catch (TimeoutException e) {
      throw late.apply("there was no answer before the deadline", e);
    } catch (ExecutionException e) {
      throw forCaller(e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * Waits so long.
   *
   * @param when what an interruption is explained with
   * @throws UnavailableException if the thread is interrupted
   */
  static void pause(long nanos, String when) {
    long end = System.nanoTime() + nanos;
    while (end - System.nanoTime() > 0) {
      LockSupport.parkNanos(end - System.nanoTime());
      if (Thread.currentThread().isInterrupted()) {
        throw new UnavailableException("interrupted " + when, null);
      }
    }
  }

  /** The exception itself, with this thread's stack, if it is one of ours; else wrapped. */
  static RuntimeException forCaller(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof KvException || cause instanceof InvalidArgumentException) {
      RuntimeException ours = (RuntimeException) cause;
      ours.fillInStackTrace();
      return ours;
    }
    return new KvException("the call failed: " + cause, cause);
  }
}
