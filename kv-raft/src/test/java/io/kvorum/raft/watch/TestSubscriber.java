// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told, asks when the test does, and notes every breach of the rules of Flow. */
final class TestSubscriber implements Flow.Subscriber<CommitEvent> {

  final List<CommitEvent> events = new CopyOnWriteArrayList<>();
  final List<String> breaches = new CopyOnWriteArrayList<>();
  volatile @Nullable Throwable error;

  private final Consumer<TestSubscriber> atOnce;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile Flow.@Nullable Subscription subscription;
  volatile Consumer<CommitEvent> onEvent = event -> {};

  TestSubscriber() {
    this(subscriber -> {});
  }

  /**
   * @param atOnce run inside onSubscribe
   */
  TestSubscriber(Consumer<TestSubscriber> atOnce) {
    this.atOnce = atOnce;
  }

  void request(long n) {
    asked.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    given().request(n);
  }

  void cancel() {
    given().cancel();
  }

  private Flow.Subscription given() {
    Flow.Subscription known = subscription;
    if (known == null) {
      throw new IllegalStateException("not subscribed");
    }
    return known;
  }

  @Override
  public void onSubscribe(Flow.Subscription one) {
    signal(
        () -> {
          if (subscription != null) {
            breaches.add("onSubscribe twice");
          }
          subscription = one;
          atOnce.accept(this);
        });
  }

  @Override
  public void onNext(CommitEvent event) {
    signal(
        () -> {
          if (subscription == null || error != null) {
            breaches.add("onNext before onSubscribe, or after an error");
          }
          if (events.size() >= asked.get()) {
            breaches.add("more than the " + asked + " that were asked for");
          }
          events.add(event);
          onEvent.accept(event);
        });
  }

  @Override
  public void onError(Throwable why) {
    signal(
        () -> {
          if (subscription == null || error != null) {
            breaches.add("onError before onSubscribe, or twice");
          }
          error = why;
        });
  }

  @Override
  public void onComplete() {
    breaches.add("a watch never completes");
  }

  /* A lambda that throws leaves it busy: nothing may come after. */
  private void signal(Runnable action) {
    if (!busy.compareAndSet(false, true)) {
      breaches.add("two signals at the same time");
    }
    action.run();
    busy.set(false);
  }

  List<String> texts() {
    return events.stream().map(TestSubscriber::text).toList();
  }

  static String text(CommitEvent event) {
    StringBuilder text = new StringBuilder().append(event.commitTs());
    for (Change change : event.changes()) {
      if (change instanceof Change.Put put) {
        text.append(' ').append(text(put.key())).append('=').append(text(put.value()));
        text.append(put.expireAt() == 0 ? "" : " until " + put.expireAt());
      } else if (change instanceof Change.Delete delete) {
        text.append(" -").append(text(delete.key()));
      } else {
        text.append(" -").append(text(((Change.DeletePrefix) change).prefix())).append('*');
      }
    }
    return text.toString();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
