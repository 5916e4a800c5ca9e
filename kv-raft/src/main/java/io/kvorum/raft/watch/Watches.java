// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KvException;
import io.kvorum.api.OverloadedException;
import io.kvorum.raft.read.AppliedWaiters;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All watches of a node, and the few threads that serve them. Thread-safe. */
public final class Watches {

  /** How many may be open at the same time. */
  public static final int MOST = 1_024;

  private static final int THREADS = 2;

  private final CheckpointableStore store;
  private final AppliedWaiters applied;
  private final ExecutorService threads;
  private final Set<Subscription> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  private volatile @Nullable Supplier<KvException> stopped;

  /** Threads named after the node. */
  public Watches(String node, CheckpointableStore store, AppliedWaiters applied) {
    this.store = store;
    this.applied = applied;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread =
                  new Thread(task, "kvorum-" + node + "-watch-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * A publisher of the commits above a timestamp; every subscriber gets all of them.
   *
   * @param range not changed by anybody any more
   * @param progressEvery null: progress is not told
   */
  public Flow.Publisher<CommitEvent> publisher(
      KeyRange range, long afterTs, @Nullable Duration progressEvery) {
    return subscriber ->
        subscribe(Objects.requireNonNull(subscriber), range, afterTs, progressEvery);
  }

  private void subscribe(
      Flow.Subscriber<? super CommitEvent> subscriber,
      KeyRange range,
      long afterTs,
      @Nullable Duration progressEvery) {
    EventReader reader =
        new EventReader(store, applied::lastCommitTs, new WatchedRange(range), afterTs);
    Subscription subscription =
        new Subscription(
            subscriber,
            reader,
            new Progress(progressEvery, afterTs, System::nanoTime),
            applied::awaitTimestamp,
            threads,
            this::ended);
    open.add(subscription);
    if (count.incrementAndGet() > MOST) {
      subscription.end(
          new OverloadedException(
              MOST + " watches are open on this replica, the limit; cancel one, or use another",
              Duration.ofSeconds(1)));
    }
    Supplier<KvException> reason = stopped;
    if (reason != null) {
      subscription.end(reason.get());
    }
    subscription.start();
  }

  private void ended(Subscription subscription) {
    if (open.remove(subscription)) {
      count.decrementAndGet();
    }
  }

  /** How many are open. */
  public int count() {
    return count.get();
  }

  /** Ends those that are open, and every later one, with this error. Does not wait. */
  public void stop(Supplier<KvException> reason) {
    stopped = reason;
    open.forEach(subscription -> subscription.end(reason.get()));
  }

  /**
   * Waits until no subscriber is called any more; only after {@link #stop}.
   *
   * @return false if one still was when the time had passed
   */
  public boolean awaitEnd(long millis) throws InterruptedException {
    threads.shutdown();
    return threads.awaitTermination(millis, TimeUnit.MILLISECONDS);
  }
}
