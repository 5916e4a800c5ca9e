// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import io.kvorum.api.CommitEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation notes. `work` counts what has happened since a turn last looked: a request, a cancel,
 * an error, a commit, an alarm. Whoever raises it from 0 queues a turn; a turn leaves only when it
 * takes it back to 0. So there is one turn at a time, it misses nothing, and a request from inside
 * onNext is no recursion. It begins at 1, so that the first turn comes after onSubscribe has returned.
 */

/** One subscriber's walk over the commits. The package states its invariants. */
final class Subscription implements Flow.Subscription, Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

  /** What a turn reads before others get theirs. */
  private static final int STEPS_PER_TURN = 256;

  private final LongFunction<CompletableFuture<Long>> whenApplied;
  private final Executor threads;
  private final Consumer<Subscription> whenEnded;
  private final EventReader reader;
  private final Progress progress;

  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger work = new AtomicInteger(1);
  private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
  private volatile boolean cancelled;

  // Of the turn.
  private Flow.@Nullable Subscriber<? super CommitEvent> subscriber; // null: it has ended
  private @Nullable CompletableFuture<Long> waiting;
  private @Nullable CompletableFuture<Void> alarm;

  /**
   * @param whenApplied completes once a commit at or above a timestamp can be read
   * @param threads where the subscriber is called
   */
  Subscription(
      Flow.Subscriber<? super CommitEvent> subscriber,
      EventReader reader,
      Progress progress,
      LongFunction<CompletableFuture<Long>> whenApplied,
      Executor threads,
      Consumer<Subscription> whenEnded) {
    this.subscriber = subscriber;
    this.reader = reader;
    this.progress = progress;
    this.whenApplied = whenApplied;
    this.threads = threads;
    this.whenEnded = whenEnded;
  }

  /** Introduces itself to the subscriber, in the calling thread, then goes to work. */
  void start() {
    Flow.Subscriber<? super CommitEvent> known = subscriber;
    if (known != null) {
      try {
        known.onSubscribe(this);
      } catch (RuntimeException e) {
        brokenSubscriber(e);
      }
    }
    queue();
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      end(new IllegalArgumentException("request(" + n + "): ask for 1 or more (rule 3.9)"));
      return;
    }
    demand.getAndAccumulate(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    wake();
  }

  @Override
  public void cancel() {
    cancelled = true;
    wake();
  }

  /** Ends it with an error, after the event under way; only the first one counts. */
  void end(Throwable why) {
    error.compareAndSet(null, why);
    wake();
  }

  private void wake() {
    if (work.getAndIncrement() == 0) {
      queue();
    }
  }

  private void queue() {
    try {
      threads.execute(this);
    } catch (RejectedExecutionException e) {
      run(); // the node has closed, so all that is left to do is to say so
    }
  }

  @Override
  public void run() {
    int seen = work.get();
    while (seen != 0) {
      if (!turn()) {
        queue();
        return;
      }
      seen = work.addAndGet(-seen);
    }
  }

  /** Does what can be done; false when there is more. */
  private boolean turn() {
    for (int step = 0; step < STEPS_PER_TURN; step++) {
      Flow.Subscriber<? super CommitEvent> known = subscriber;
      if (known == null || isOver(known)) {
        return true;
      }
      long wanted = demand.get();
      if (wanted == 0) {
        reader.release();
        return true;
      }
      try {
        CommitEvent event = reader.next(wanted);
        if (event != null) {
          deliver(known, event);
        } else if (progress.nanosUntilDue(reader.position()) == 0) {
          deliver(known, new CommitEvent(reader.position(), List.of()));
        } else if (reader.isAtEnd()) {
          reader.release();
          awaitMore();
          setAlarm(progress.nanosUntilDue(reader.position()));
          return true;
        }
      } catch (RuntimeException e) {
        error.compareAndSet(null, e);
      }
    }
    return false;
  }

  /* A request that is under way at the same time only adds. */
  private void deliver(Flow.Subscriber<? super CommitEvent> known, CommitEvent event) {
    if (cancelled || error.get() != null) {
      return;
    }
    demand.getAndUpdate(d -> d == Long.MAX_VALUE ? d : d - 1);
    progress.told(event.commitTs());
    try {
      known.onNext(event);
    } catch (RuntimeException e) {
      brokenSubscriber(e);
    }
  }

  private boolean isOver(Flow.Subscriber<? super CommitEvent> known) {
    Throwable why = error.get();
    if (!cancelled && why == null) {
      return false;
    }
    subscriber = null;
    reader.release();
    cancel(waiting);
    cancel(alarm);
    whenEnded.accept(this);
    if (!cancelled && why != null) {
      try {
        known.onError(why);
      } catch (RuntimeException e) {
        brokenSubscriber(e);
      }
    }
    return true;
  }

  private void awaitMore() {
    CompletableFuture<Long> wait = waiting;
    if (wait != null && !wait.isDone()) {
      return; // it still waits for the same
    }
    long position = reader.position();
    if (position == Long.MAX_VALUE) {
      return; // nothing is above it
    }
    wait = whenApplied.apply(position + 1);
    waiting = wait;
    CompletableFuture<Long> unused =
        wait.whenComplete(
            (reached, failure) -> {
              if (failure == null) {
                wake();
              }
              // Else it was cancelled, or the node stops, which ends this with its reason.
            });
  }

  /* At most one at a time: if it comes too early, the turn sets the next one. */
  private void setAlarm(long nanos) {
    CompletableFuture<Void> set = alarm;
    if (nanos == Progress.NOTHING || (set != null && !set.isDone())) {
      return;
    }
    set = new CompletableFuture<Void>().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
    alarm = set;
    CompletableFuture<Void> unused = set.thenRun(this::wake);
  }

  private static void cancel(@Nullable CompletableFuture<?> future) {
    if (future != null) {
      future.cancel(false);
    }
  }

  /* Rule 2.13: the subscription counts as cancelled, and somebody should know. */
  private void brokenSubscriber(RuntimeException e) {
    cancelled = true;
    LOG.warn("a watch was cancelled, because its subscriber threw", e);
  }
}
