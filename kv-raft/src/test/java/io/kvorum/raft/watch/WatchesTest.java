// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many subscriptions on the threads of a node. */
@Timeout(60)
final class WatchesTest {

  private final WatchedStore store = new WatchedStore();
  private final Watches watches = new Watches("n1", store.store, store.waiters);

  @AfterEach
  void close() throws InterruptedException {
    watches.stop(() -> new UnavailableException("closed", null));
    assertThat(watches.awaitEnd(10_000)).isTrue();
    assertThat(watches.count()).isZero();
    store.close();
  }

  private TestSubscriber subscribe() {
    TestSubscriber subscriber = new TestSubscriber();
    watches.publisher(KeyRange.all(), 0, null).subscribe(subscriber);
    return subscriber;
  }

  @Test
  void manyWatchersSeeTheSameWhileOthersComeAndGo() {
    List<TestSubscriber> staying = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      staying.add(subscribe());
    }
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      store.put("k" + i % 7, "v" + i);
      staying.get(random.nextInt(100)).request(1 + random.nextInt(10));
      TestSubscriber passing = subscribe();
      passing.request(3);
      passing.cancel();
    }
    staying.forEach(one -> one.request(500));
    for (TestSubscriber one : staying) {
      await().atMost(30, SECONDS).until(() -> one.events.size() == 500);
      assertThat(one.texts()).isEqualTo(staying.get(0).texts());
      assertThat(one.breaches).isEmpty();
    }
    await().atMost(30, SECONDS).until(() -> watches.count() == 100);
  }

  @Test
  @SuppressWarnings("NullAway") // a null is what is tried
  void everySubscriberOfAPublisherGetsAll() {
    Flow.Publisher<CommitEvent> publisher = watches.publisher(KeyRange.all(), 0, null);
    store.put("a", "1");
    for (int i = 0; i < 2; i++) {
      TestSubscriber subscriber = new TestSubscriber(one -> one.request(1));
      publisher.subscribe(subscriber);
      await().atMost(30, SECONDS).until(() -> subscriber.events.size() == 1);
    }
    assertThatNullPointerException().isThrownBy(() -> publisher.subscribe(null));
  }

  /** The last commit came too early for it to be told, and no other follows. */
  @Test
  void progressIsToldThoughNothingIsCommittedAnyMore() {
    KeyRange quiet = KeyRange.prefix(WatchedStore.bytes("k"));
    TestSubscriber subscriber = new TestSubscriber(one -> one.request(9));
    watches.publisher(quiet, 0, Duration.ofMillis(100)).subscribe(subscriber);
    long last = store.put("a", "1");
    await().atMost(30, SECONDS).until(() -> subscriber.events.size() == 1);
    assertThat(subscriber.texts()).containsExactly("" + last);
    TestSubscriber gone = new TestSubscriber(one -> one.request(9));
    watches.publisher(quiet, 0, Duration.ofDays(1)).subscribe(gone);
    gone.cancel(); // its alarm holds up neither this nor the close
    await().atMost(30, SECONDS).until(() -> watches.count() == 1);
    assertThat(subscriber.breaches).isEmpty();
  }

  @Test
  void oneTooManyIsRefusedAndDisturbsNobody() {
    List<TestSubscriber> all = new ArrayList<>();
    for (int i = 0; i < Watches.MOST; i++) {
      all.add(subscribe());
    }
    TestSubscriber refused = subscribe();
    await().atMost(30, SECONDS).until(() -> refused.error != null);
    assertThat(refused.error).isInstanceOf(OverloadedException.class);
    assertThat(refused.breaches).isEmpty();
    all.get(0).cancel();
    await().atMost(30, SECONDS).until(() -> watches.count() == Watches.MOST - 1);
    TestSubscriber next = new TestSubscriber(one -> one.request(1));
    watches.publisher(KeyRange.all(), 0, null).subscribe(next);
    store.put("a", "1");
    await().atMost(30, SECONDS).until(() -> next.events.size() == 1);
  }

  @Test
  void theEndOfTheNodeEndsThemAll() {
    TestSubscriber idle = subscribe();
    TestSubscriber waiting = subscribe();
    waiting.request(1);
    watches.stop(() -> new UnavailableException("closed", null));
    TestSubscriber late = subscribe();
    for (TestSubscriber one : List.of(idle, waiting, late)) {
      await().atMost(30, SECONDS).until(() -> one.error != null);
      assertThat(one.error).isInstanceOf(UnavailableException.class);
      assertThat(one.breaches).isEmpty();
    }
  }

  @Test
  void whoSubscribesAfterTheThreadsHaveEndedIsToldSo() throws InterruptedException {
    watches.stop(() -> new UnavailableException("closed", null));
    assertThat(watches.awaitEnd(10_000)).isTrue();
    TestSubscriber late = subscribe();
    assertThat(late.error).isInstanceOf(UnavailableException.class);
    assertThat(late.breaches).isEmpty();
  }
}
