// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import static io.kvorum.raft.watch.WatchedStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.fsm.wire.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random entries, watermarks and requests against one watch that is cancelled and resumed: W1, that
 * it shows what a plain list of the commits holds, and ends with an error only where it has to.
 * What tells progress tells the truth, and a watch may be resumed after it.
 */
class WatchProperties {

  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final KeyRange RANGE = KeyRange.of(bytes("b"), bytes("d"));

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void aResumedWatchShowsEachCommitOnceOrSaysThatItCannot(@ForAll long seed) {
    Random random = new Random(seed);
    ArrayDeque<Runnable> turns = new ArrayDeque<>();
    TreeMap<Long, String> committed = new TreeMap<>();
    long seen = 0;
    TestSubscriber subscriber = new TestSubscriber();
    AtomicLong nanos = new AtomicLong(random.nextLong());
    try (WatchedStore store = new WatchedStore()) {
      subscribe(store, turns, subscriber, progress(seen, nanos));
      for (int step = 0; step < 120; step++) {
        nanos.addAndGet(random.nextLong(EVERY.toNanos()));
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> entry(store, random, committed);
          case 3, 4 -> subscriber.request(1 + random.nextInt(4));
          case 5 -> turn(turns);
          case 6 -> {
            if (random.nextInt(4) == 0) {
              long watermark = Math.max(0, store.store.lastCommitTs() - random.nextInt(12));
              store.apply(new Request.Watermark(watermark));
            }
          }
          default -> {
            subscriber.cancel();
            turn(turns);
            seen = check(subscriber, committed, seen, store);
            if (subscriber.error != null) {
              seen = store.store.minRetainedTs();
            }
            subscriber = new TestSubscriber();
            subscribe(store, turns, subscriber, progress(seen, nanos));
          }
        }
      }
      subscriber.request(Long.MAX_VALUE);
      turn(turns);
      long last = check(subscriber, committed, seen, store);
      if (subscriber.error == null) {
        assertThat(committed.tailMap(last, false)).as("left out").isEmpty();
      }
    }
  }

  private record Start(long after, Progress progress) {}

  private static Start progress(long after, AtomicLong nanos) {
    return new Start(after, new Progress(EVERY, after, nanos::get));
  }

  private static void subscribe(
      WatchedStore store, ArrayDeque<Runnable> turns, TestSubscriber subscriber, Start start) {
    EventReader reader =
        new EventReader(
            store.store, store.waiters::lastCommitTs, new WatchedRange(RANGE), start.after());
    new Subscription(
            subscriber,
            reader,
            start.progress(),
            store.waiters::awaitTimestamp,
            turns::add,
            ended -> {})
        .start();
  }

  private static void turn(ArrayDeque<Runnable> turns) {
    while (!turns.isEmpty()) {
      turns.remove().run();
    }
  }

  /** One entry of some requests; what of it lies in the range. */
  private static void entry(WatchedStore store, Random random, Map<Long, String> committed) {
    List<Request> requests = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      String key = "" + (char) ('a' + random.nextInt(4)) + random.nextInt(3);
      boolean inside = key.charAt(0) == 'b' || key.charAt(0) == 'c';
      if (random.nextInt(5) == 0) {
        String prefix = key.substring(0, random.nextInt(3));
        requests.add(new Request.DeletePrefix(bytes(prefix), null));
        changes.add(inside || prefix.isEmpty() ? " -" + prefix + "*" : "");
      } else {
        String value = "v" + random.nextInt(1000);
        requests.add(new Request.Write(List.of(Mutation.put(bytes(key), bytes(value)))));
        changes.add(inside ? " " + key + "=" + value : "");
      }
    }
    long last = store.apply(requests.toArray(new Request[0]));
    for (int i = 0; i < changes.size(); i++) {
      if (!changes.get(i).isEmpty()) {
        long ts = last - changes.size() + 1 + i;
        committed.put(ts, ts + changes.get(i));
      }
    }
  }

  /** What was shown is what follows {@code after}; the last timestamp of it. */
  private static long check(
      TestSubscriber subscriber,
      NavigableMap<Long, String> committed,
      long after,
      WatchedStore store) {
    assertThat(subscriber.breaches).isEmpty();
    List<String> shown = new ArrayList<>();
    for (CommitEvent event : subscriber.events) {
      if (event.changes().isEmpty()) {
        assertThat(shown)
            .as("before the progress to " + event.commitTs())
            .hasSize(committed.subMap(after, false, event.commitTs(), true).size());
      } else {
        shown.add(TestSubscriber.text(event));
      }
    }
    List<String> expected =
        committed.tailMap(after, false).values().stream().limit(shown.size()).toList();
    assertThat(shown).isEqualTo(expected);
    int count = subscriber.events.size();
    long last = count == 0 ? after : subscriber.events.get(count - 1).commitTs();
    if (subscriber.error != null) {
      assertThat(subscriber.error).isInstanceOf(ReadTimestampCompactedException.class);
      assertThat(last).isLessThan(store.store.minRetainedTs());
    }
    return last;
  }
}
