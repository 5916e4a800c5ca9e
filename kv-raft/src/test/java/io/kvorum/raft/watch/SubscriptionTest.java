// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import static io.kvorum.raft.watch.WatchedStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.fsm.wire.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One subscription, whose turns run when the test says so. The invariants are the package's. */
final class SubscriptionTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final WatchedStore store = new WatchedStore();
  private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
  private final TestSubscriber subscriber = new TestSubscriber();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private EventReader reader =
      new EventReader(
          store.store, store.waiters::lastCommitTs, new WatchedRange(KeyRange.all()), 0);

  @AfterEach
  void noRuleWasBroken() {
    assertThat(subscriber.breaches).isEmpty();
    store.close();
  }

  private Subscription subscribe(KeyRange range, long afterTs, TestSubscriber to) {
    return subscribe(range, afterTs, null, to);
  }

  private Subscription subscribe(
      KeyRange range, long afterTs, @Nullable Duration every, TestSubscriber to) {
    reader =
        new EventReader(store.store, store.waiters::lastCommitTs, new WatchedRange(range), afterTs);
    Subscription subscription =
        new Subscription(
            to,
            reader,
            new Progress(every, afterTs, nanos::get),
            store.waiters::awaitTimestamp,
            turns::add,
            one -> ended.incrementAndGet());
    subscription.start();
    return subscription;
  }

  private void turn() {
    while (!turns.isEmpty()) {
      turns.remove().run();
    }
  }

  @Test
  void historyIsFollowedByNewsW1() {
    long first = store.put("a", "1");
    long second = store.put("b", "2");
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(Long.MAX_VALUE);
    turn();
    assertThat(subscriber.texts()).containsExactly(first + " a=1", second + " b=2");
    long third = store.put("a", "3");
    turn();
    assertThat(subscriber.texts()).hasSize(3).endsWith(third + " a=3");
  }

  @Test
  void aWatchBeginsAfterItsTimestampAndSeesWholeCommitsOfAnEntryW1() {
    long first = store.put("a", "1");
    long last =
        store.apply(
            put("b", "2"),
            new Request.Write(
                List.of(
                    Mutation.put(bytes("c"), bytes("3")),
                    Mutation.put(bytes("d"), bytes("4")),
                    Mutation.delete(bytes("c")))));
    subscribe(KeyRange.all(), first, subscriber);
    subscriber.request(9);
    turn();
    assertThat(subscriber.texts()).containsExactly((last - 1) + " b=2", last + " d=4 -c");
    TestSubscriber resumed = new TestSubscriber();
    subscribe(KeyRange.all(), last - 1, resumed);
    resumed.request(9);
    turn();
    assertThat(resumed.texts()).containsExactly(last + " d=4 -c");
  }

  @Test
  void onlyTheRangeIsShownAndPrefixDeletesThatTouchIt() {
    store.put("a", "1");
    long inside = store.put("k1", "2");
    store.put("l", "3");
    store.apply(new Request.DeletePrefix(bytes("a"), null));
    long touching = store.apply(new Request.DeletePrefix(bytes(""), bytes("a")));
    store.apply(new Request.DeletePrefix(bytes(""), bytes("k")));
    long narrow = store.apply(new Request.DeletePrefix(bytes("k1"), null));
    subscribe(KeyRange.prefix(bytes("k")), 0, subscriber);
    subscriber.request(9);
    turn();
    assertThat(subscriber.texts())
        .containsExactly(inside + " k1=2", touching + " -*", narrow + " -k1*");
  }

  @Test
  void expiryIsToldInAdvanceAndMakesNoEvent() {
    long now = store.put("a", "1");
    long put =
        store.apply(
            new Request.Write(
                List.of(
                    Mutation.put(bytes("soon"), bytes("v"), now + 5),
                    Mutation.put(bytes("late"), bytes("v"), 1))));
    store.apply(new Request.Clock(now + 10));
    subscribe(KeyRange.all(), now, subscriber);
    subscriber.request(9);
    turn();
    assertThat(subscriber.texts()).containsExactly(put + " soon=v until " + (now + 5) + " -late");
  }

  @Test
  void noMoreThanAskedForAndNothingIsKeptBetweenTurnsW2W3() {
    for (int i = 0; i < 1_000; i++) {
      store.put("k" + i, "v");
    }
    subscribe(KeyRange.all(), 0, subscriber);
    turn();
    assertThat(subscriber.events).isEmpty();
    for (int asked = 1; asked <= 50; asked++) {
      subscriber.request(1);
      turn();
      assertThat(subscriber.events).hasSize(asked);
      assertThat(reader.buffered()).isZero();
    }
    subscriber.request(10);
    subscriber.request(20);
    turn();
    assertThat(subscriber.events).hasSize(80);
    assertThat(turns).isEmpty();
  }

  @Test
  void aPageIsBoundedHoweverMuchIsAskedForW3() {
    for (int i = 0; i < 3_000; i++) {
      store.put("k", "v" + i);
    }
    AtomicInteger most = new AtomicInteger();
    subscriber.onEvent = event -> most.accumulateAndGet(reader.buffered(), Math::max);
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(Long.MAX_VALUE);
    turn();
    assertThat(subscriber.events).hasSize(3_000);
    assertThat(most.get()).isBetween(1, EventReader.MOST_RECORDS);
  }

  @Test
  void aRequestInsideOnNextIsNoRecursion() {
    for (int i = 0; i < 2_000; i++) {
      store.put("k", "v");
    }
    List<Integer> depths = new ArrayList<>();
    subscriber.onEvent =
        event -> {
          depths.add((int) StackWalker.getInstance().walk(frames -> frames.count()).longValue());
          subscriber.request(1);
        };
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(1);
    turn();
    assertThat(depths).hasSize(2_000);
    assertThat(depths.get(1_999)).isLessThanOrEqualTo(depths.get(0) + 2);
  }

  @Test
  void requestsAndCancelsInsideOnSubscribeWaitForItsEnd() {
    long ts = store.put("a", "1");
    TestSubscriber eager = new TestSubscriber(one -> one.request(1));
    subscribe(KeyRange.all(), 0, eager);
    assertThat(eager.events).isEmpty();
    turn();
    assertThat(eager.texts()).containsExactly(ts + " a=1");
    TestSubscriber shy = new TestSubscriber(TestSubscriber::cancel);
    subscribe(KeyRange.all(), 0, shy);
    turn();
    assertThat(shy.events).isEmpty();
    assertThat(ended).hasValue(1);
    assertThat(eager.breaches).isEmpty();
    assertThat(shy.breaches).isEmpty();
  }

  @Test
  void aRequestForNothingIsAnError() {
    for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
      TestSubscriber wrong = new TestSubscriber();
      Subscription subscription = subscribe(KeyRange.all(), 0, wrong);
      subscription.request(n);
      turn();
      assertThat(wrong.error).isInstanceOf(IllegalArgumentException.class);
      assertThat(wrong.error).hasMessageContaining("3.9");
      assertThat(wrong.breaches).isEmpty();
    }
    assertThat(ended).hasValue(3);
  }

  @Test
  void demandDoesNotOverflow() {
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(Long.MAX_VALUE);
    subscriber.request(Long.MAX_VALUE);
    for (int i = 0; i < 10; i++) {
      store.put("k", "v");
    }
    turn();
    assertThat(subscriber.events).hasSize(10);
  }

  @Test
  void nothingComesAfterACancelAndItMayBeRepeatedW2() {
    store.put("a", "1");
    store.put("a", "2");
    subscriber.onEvent = event -> subscriber.cancel();
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(9);
    turn();
    subscriber.cancel();
    subscriber.request(1);
    subscriber.request(-1);
    store.put("a", "3");
    turn();
    assertThat(subscriber.events).hasSize(1);
    assertThat(subscriber.error).isNull();
    assertThat(ended).hasValue(1);
  }

  @Test
  void aCancelEndsTheWaitForMoreW4() {
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(1);
    turn();
    subscriber.request(1);
    turn();
    subscriber.cancel();
    turn();
    store.put("a", "1");
    assertThat(turns).isEmpty(); // nobody waited for it
    assertThat(ended).hasValue(1);
  }

  @Test
  void whatTheWatermarkHasPassedEndsIt() {
    long first = store.put("a", "1");
    long second = store.put("a", "2");
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(1);
    turn();
    store.apply(new Request.Watermark(second));
    subscriber.request(1);
    turn();
    assertThat(subscriber.texts()).containsExactly(first + " a=1");
    assertThat(subscriber.error)
        .isInstanceOfSatisfying(
            ReadTimestampCompactedException.class,
            e -> assertThat(e.oldestReadable()).isEqualTo(second));
    TestSubscriber resumed = new TestSubscriber();
    subscribe(KeyRange.all(), second, resumed);
    resumed.request(1);
    long third = store.put("b", "3");
    turn();
    assertThat(resumed.texts()).containsExactly(third + " b=3");
  }

  @Test
  void aWatchThatHasSeenAllIsNotOvertakenByTheWatermark() {
    store.put("a", "1");
    subscribe(KeyRange.prefix(bytes("k")), 0, subscriber);
    subscriber.request(1);
    turn();
    for (int i = 0; i < 10; i++) {
      long ts = store.put("a", "other");
      turn();
      store.apply(new Request.Watermark(ts));
      turn();
    }
    long ts = store.put("k", "at last");
    turn();
    assertThat(subscriber.texts()).containsExactly(ts + " k=at last");
  }

  @Test
  void progressIsToldOnceInAWhileAndOnlyIfThereIsAny() {
    KeyRange quiet = KeyRange.prefix(bytes("k"));
    long begin = store.put("k", "0");
    subscribe(quiet, begin, HOUR, subscriber);
    subscriber.request(3);
    turn();
    nanos.addAndGet(HOUR.toNanos());
    turn();
    assertThat(subscriber.events).as("all it could tell is known").isEmpty();
    long first = store.put("a", "1");
    turn();
    assertThat(subscriber.texts()).containsExactly("" + first);
    nanos.addAndGet(HOUR.toNanos() - 1);
    long change = store.put("k", "2");
    turn();
    nanos.addAndGet(HOUR.toNanos() - 1);
    store.put("a", "3");
    turn();
    assertThat(subscriber.texts()).as("not yet").endsWith(change + " k=2").hasSize(2);
    nanos.incrementAndGet();
    long last = store.put("a", "4");
    turn();
    assertThat(subscriber.texts()).endsWith("" + last).hasSize(3);
    nanos.addAndGet(HOUR.toNanos());
    store.put("a", "5");
    turn();
    assertThat(subscriber.events).as("none was asked for").hasSize(3);
  }

  /** Who is refused on the way, or goes away, has not to begin again where it began. */
  @Test
  void progressIsToldOnTheWayThroughALongHistoryToo() {
    for (int i = 0; i < 5_000; i++) {
      store.put("a", "1");
    }
    long last = store.store.lastCommitTs();
    subscribe(KeyRange.prefix(bytes("k")), 0, HOUR, subscriber);
    subscriber.onEvent = event -> nanos.addAndGet(HOUR.toNanos()); // each page takes so long
    nanos.addAndGet(HOUR.toNanos());
    subscriber.request(Long.MAX_VALUE);
    turn();
    assertThat(subscriber.events.size()).isBetween(10, 5_000);
    assertThat(subscriber.events.get(0).commitTs()).isLessThan(last / 2);
    assertThat(subscriber.texts()).doesNotHaveDuplicates().endsWith("" + last);
  }

  @Test
  void aWatchMayBeginAfterTheProgressOfAnother() {
    KeyRange quiet = KeyRange.prefix(bytes("k"));
    long change = store.put("k", "1");
    subscribe(quiet, 0, HOUR, subscriber);
    subscriber.request(9);
    turn();
    nanos.addAndGet(HOUR.toNanos());
    store.put("a", "2");
    turn();
    long told = subscriber.events.get(1).commitTs();
    store.apply(new Request.Watermark(told));
    TestSubscriber afterChange = new TestSubscriber();
    subscribe(quiet, change, afterChange);
    afterChange.request(1);
    TestSubscriber afterProgress = new TestSubscriber();
    subscribe(quiet, told, afterProgress);
    afterProgress.request(1);
    long next = store.put("k", "3");
    turn();
    assertThat(afterChange.error).isInstanceOf(ReadTimestampCompactedException.class);
    assertThat(afterProgress.texts()).containsExactly(next + " k=3");
  }

  @Test
  void anInstalledCheckpointIsNothingSpecialW1(@TempDir Path dir) {
    try (WatchedStore leader = new WatchedStore()) {
      for (int i = 0; i < 3; i++) {
        leader.put("k", "" + i);
        store.put("k", "" + i);
      }
      subscribe(KeyRange.all(), 0, subscriber);
      subscriber.request(2);
      turn();
      TestSubscriber waiting = new TestSubscriber();
      subscribe(KeyRange.all(), 0, waiting);
      waiting.request(Long.MAX_VALUE);
      turn();
      for (int i = 3; i < 9; i++) {
        leader.put("k", "" + i);
      }
      store.install(leader, dir.resolve("copy"));
      subscriber.request(Long.MAX_VALUE);
      turn();
      assertThat(waiting.texts()).hasSize(9).isEqualTo(subscriber.texts());
      assertThat(waiting.texts().get(8)).endsWith("k=8");
      assertThat(waiting.breaches).isEmpty();
    }
  }

  @Test
  void anInstalledCheckpointThatLacksWhatItNeedsEndsIt(@TempDir Path dir) {
    try (WatchedStore leader = new WatchedStore()) {
      leader.put("k", "0");
      store.put("k", "0");
      subscribe(KeyRange.all(), 0, subscriber);
      subscriber.request(Long.MAX_VALUE);
      turn();
      leader.put("k", "1");
      long last = leader.put("k", "2");
      leader.apply(new Request.Watermark(last));
      store.install(leader, dir.resolve("copy"));
      turn();
      assertThat(subscriber.events).hasSize(1);
      assertThat(subscriber.error).isInstanceOf(ReadTimestampCompactedException.class);
    }
  }

  @Test
  void aTimestampAheadOfTheLogIsWaitedFor() {
    long ahead = store.put("a", "1") + 3;
    subscribe(KeyRange.all(), ahead, subscriber);
    TestSubscriber never = new TestSubscriber();
    subscribe(KeyRange.all(), Long.MAX_VALUE, never);
    subscriber.request(9);
    never.request(9);
    turn();
    for (int i = 0; i < 4; i++) {
      store.put("a", "" + i);
    }
    turn();
    assertThat(subscriber.texts()).containsExactly((ahead + 1) + " a=3");
    assertThat(never.events).isEmpty();
  }

  @Test
  void aSubscriberThatThrowsIsCancelled() {
    store.put("a", "1");
    store.put("a", "2");
    subscriber.onEvent =
        event -> {
          throw new IllegalStateException("a bug of the subscriber");
        };
    subscribe(KeyRange.all(), 0, subscriber);
    subscriber.request(9);
    turn();
    assertThat(subscriber.events).hasSize(1);
    assertThat(subscriber.error).isNull();
    assertThat(ended).hasValue(1);
  }

  private static Request put(String key, String value) {
    return new Request.Write(List.of(Mutation.put(bytes(key), bytes(value))));
  }
}
