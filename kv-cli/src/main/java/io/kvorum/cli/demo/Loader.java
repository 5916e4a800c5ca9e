// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches of entries, each as one commit, a bounded number of them under way at once, and
 * repeats what was not acknowledged. One thread submits; acknowledgements come on others.
 */
final class Loader {

  /*
   * A write whose outcome is unknown may not be repeated in general: it could then happen twice.
   * Here it may. A batch only puts fixed values, no key is in two batches, and nobody else writes,
   * so that doing it twice leaves what doing it once leaves.
   */

  /** Batches under way at once. */
  private static final int WINDOW = 32;

  /** How long one attempt may take; short, so that a dead leader costs little. */
  private static final Duration ATTEMPT = Duration.ofSeconds(3);

  /** How long a batch is tried; nothing the demo does takes a working group this long. */
  private static final Duration GIVE_UP = Duration.ofSeconds(60);

  private static final long PAUSE_MILLIS = 20;

  private final ReplicatedKv kv;
  private final Consumer<List<KeyValue>> acknowledged;
  private final Semaphore window = new Semaphore(WINDOW);
  private final Executor later =
      CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong highestIndex = new AtomicLong(-1);

  /** nanoTime of the moment whose next success is wanted; valid once {@link #watching}. */
  private volatile long watchedSince;

  private volatile boolean watching;
  private final AtomicLong firstAfter = new AtomicLong(Long.MAX_VALUE);

  /**
   * @param acknowledged is given each batch once, from any thread, when its commit is known
   */
  Loader(ReplicatedKv kv, Consumer<List<KeyValue>> acknowledged) {
    this.kv = kv.withTimeout(ATTEMPT);
    this.acknowledged = acknowledged;
  }

  /** Starts to write each batch in turn; waits while the window is full. */
  void submit(List<List<KeyValue>> batches) {
    for (List<KeyValue> batch : batches) {
      acquire(1);
      attempt(new Batch(batch, mutations(batch), System.nanoTime()));
    }
  }

  /** Waits until nothing is under way. */
  void drain() {
    acquire(WINDOW);
    window.release(WINDOW);
  }

  /** From now on, looks for the first acknowledged write that is started from now on. */
  void watch() {
    watchedSince = System.nanoTime();
    watching = true;
  }

  /** nanoTime of the acknowledgement that {@link #watch} looks for; empty before it. */
  OptionalLong firstSinceWatch() {
    long nanos = firstAfter.get();
    return nanos == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(nanos);
  }

  /** The highest log index of a commit so far; -1 before the first. */
  long highestIndex() {
    return highestIndex.get();
  }

  private void acquire(int permits) {
    try {
      if (!window.tryAcquire(permits, 2 * GIVE_UP.toSeconds(), TimeUnit.SECONDS)) {
        throw new DemoFailedException("writes are stuck: none has ended for too long", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailedException("interrupted", e);
    }
    Throwable failed = failure.get();
    if (failed != null) {
      throw new DemoFailedException("a write failed: " + failed.getMessage(), failed);
    }
  }

  private void attempt(Batch batch) {
    long startedAt = System.nanoTime();
    CompletableFuture<Commit> write;
    try {
      write = kv.writeAsync(batch.mutations());
    } catch (RuntimeException e) {
      write = CompletableFuture.failedFuture(e);
    }
    // What follows runs on a library thread and does not block.
    var unused =
        write.whenComplete(
            (commit, error) -> {
              if (error == null) {
                succeeded(batch, commit, startedAt);
              } else {
                failed(batch, error instanceof CompletionException c ? cause(c) : error);
              }
            });
  }

  private void succeeded(Batch batch, Commit commit, long startedAt) {
    long now = System.nanoTime();
    highestIndex.accumulateAndGet(commit.position().index(), Math::max);
    if (watching && startedAt - watchedSince >= 0) {
      firstAfter.accumulateAndGet(now, Math::min);
    }
    acknowledged.accept(batch.entries());
    window.release();
  }

  private void failed(Batch batch, Throwable error) {
    boolean mayRepeat =
        error instanceof UnavailableException
            || error instanceof OverloadedException
            || error instanceof OutcomeUnknownException;
    if (mayRepeat && System.nanoTime() - batch.firstAttemptAt() < GIVE_UP.toNanos()) {
      later.execute(() -> attempt(batch));
    } else {
      failure.compareAndSet(null, error);
      window.release();
    }
  }

  private static Throwable cause(CompletionException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  private static List<Mutation> mutations(List<KeyValue> entries) {
    List<Mutation> mutations = new ArrayList<>(entries.size());
    for (KeyValue entry : entries) {
      mutations.add(Mutation.put(entry.key(), entry.value()));
    }
    return mutations;
  }

  private record Batch(List<KeyValue> entries, List<Mutation> mutations, long firstAttemptAt) {}
}
