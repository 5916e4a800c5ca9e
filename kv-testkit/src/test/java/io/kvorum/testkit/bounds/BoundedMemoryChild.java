// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.bounds;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.StoreOptions;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Three replicas in this process, and somebody who would fill the heap if it were not for a bound.
 * More is written than the heap can hold. The arguments: the folder, a {@link Load}, and "keep",
 * for the control, which keeps what passes.
 */
final class BoundedMemoryChild {

  /** What is done to the replicas. */
  enum Load {
    /** A client that submits without waiting for anything, and ignores that it is refused. */
    ENDLESS_CLIENT,
    /** A follower that is away while all is written, and gets it from the leader's log. */
    SLOW_FOLLOWER,
    /** A subscriber that asks for one event, and for the others when all is written. */
    SLOW_WATCHER,
    /** One cursor over everything. */
    HUGE_SCAN
  }

  /** More than the heap of this process. */
  static final int WRITES = 14_000;

  static final int VALUE_BYTES = 16 * 1024;

  private static final int MIB = 1024 * 1024;
  private static final int IN_FLIGHT = 64;
  private static final long WAIT_SECONDS = 60;

  private final LocalCluster cluster;
  private final boolean keeps;
  private final List<Object> kept = new ArrayList<>();

  private BoundedMemoryChild(LocalCluster cluster, boolean keeps) {
    this.cluster = cluster;
    this.keeps = keeps;
  }

  public static void main(String[] args) throws Exception {
    StoreOptions store = StoreOptions.defaults().withMemoryBudget(192L * MIB);
    try (LocalCluster cluster =
        LocalCluster.start(
            Path.of(args[0]),
            3,
            builder ->
                builder
                    .storeOptions(store)
                    .maxInFlight(1_024, 8L * MIB)
                    .requestTimeout(Duration.ofSeconds(WAIT_SECONDS)))) {
      new BoundedMemoryChild(cluster, args.length > 2).run(Load.valueOf(args[1]));
    }
  }

  private void run(Load load) throws Exception {
    switch (load) {
      case ENDLESS_CLIENT -> submitWithoutEnd();
      case SLOW_FOLLOWER -> writeWhileOneIsAway();
      case SLOW_WATCHER -> watchSlowly();
      case HUGE_SCAN -> scan();
    }
  }

  private void submitWithoutEnd() throws InterruptedException {
    ReplicatedKv kv = cluster.awaitKv();
    Semaphore settled = new Semaphore(0);
    int refused = 0;
    for (int i = 0; i < WRITES; ) {
      byte[] value = value(i);
      keep(value);
      try {
        var unused = kv.putAsync(key(i), value).whenComplete((commit, error) -> settled.release());
        i++;
      } catch (OverloadedException e) {
        refused++;
      }
    }
    check(settled.tryAcquire(WRITES, WAIT_SECONDS, TimeUnit.SECONDS), "every write has ended");
    check(refused > 0, "the client was never refused");
  }

  private void writeWhileOneIsAway() throws Exception {
    String away = cluster.awaitFollower().id();
    cluster.stop(away);
    writeAll();
    cluster.start(away);
    cluster.awaitConverged();
  }

  private void watchSlowly() throws Exception {
    Watcher watcher = new Watcher();
    cluster.awaitKv().watch(KeyRange.all(), 0).subscribe(watcher);
    writeAll();
    check(watcher.events.get() <= 1, "it has got no more than it asked for");
    watcher.askFor(WRITES - 1L);
    check(watcher.seen.tryAcquire(WRITES, WAIT_SECONDS, TimeUnit.SECONDS), "it gets all of them");
  }

  private void scan() throws Exception {
    writeAll();
    int found = 0;
    try (MvccCursor cursor =
        cluster.awaitKv().openCursor(KeyRange.all(), false, ReadOptions.linearizable())) {
      while (cursor.next()) {
        keep(cursor.value());
        found++;
      }
    }
    check(found == WRITES, "the scan found " + found);
  }

  private void writeAll() throws Exception {
    ReplicatedKv kv = cluster.awaitKv();
    Semaphore free = new Semaphore(IN_FLIGHT);
    AtomicInteger failed = new AtomicInteger();
    for (int i = 0; i < WRITES; i++) {
      free.acquire();
      byte[] value = value(i);
      var unused =
          kv.putAsync(key(i), value)
              .whenComplete(
                  (commit, error) -> {
                    failed.addAndGet(error == null ? 0 : 1);
                    free.release();
                  });
    }
    check(free.tryAcquire(IN_FLIGHT, WAIT_SECONDS, TimeUnit.SECONDS), "every write has ended");
    check(failed.get() == 0, failed + " writes failed");
  }

  private void keep(Object passing) {
    if (keeps) {
      kept.add(passing);
    }
  }

  private static byte[] key(int i) {
    return String.format("%06d", i).getBytes(UTF_8);
  }

  private static byte[] value(int i) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(i).nextBytes(value);
    return value;
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("not so: " + what);
    }
  }

  private final class Watcher implements Flow.Subscriber<CommitEvent> {

    final AtomicInteger events = new AtomicInteger();
    final Semaphore seen = new Semaphore(0);
    private volatile Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription opened) {
      subscription = opened;
      opened.request(1);
    }

    void askFor(long count) {
      Flow.Subscription opened = subscription;
      check(opened != null, "it is subscribed");
      opened.request(count);
    }

    @Override
    public void onNext(CommitEvent event) {
      keep(event);
      events.incrementAndGet();
      seen.release();
    }

    @Override
    public void onError(Throwable error) {
      error.printStackTrace();
    }

    @Override
    public void onComplete() {}
  }
}
