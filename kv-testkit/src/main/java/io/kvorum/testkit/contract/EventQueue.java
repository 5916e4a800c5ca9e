// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.ReplicatedKv;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The events of one watch, as text, for who waits for them with a bound. */
final class EventQueue implements Flow.Subscriber<CommitEvent> {

  private static final long PATIENCE_SECONDS = 30;

  private final LinkedBlockingQueue<CommitEvent> events = new LinkedBlockingQueue<>();
  private final long asked;
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Throwable error;
  private long lastTs;

  private EventQueue(long asked, long afterTs) {
    this.asked = asked;
    this.lastTs = afterTs;
  }

  /** Watches, and asks for so many events. */
  static EventQueue of(ReplicatedKv kv, KeyRange range, long afterTs, long asked) {
    return of(kv.watch(range, afterTs), afterTs, asked);
  }

  /** Subscribes to what begins after a timestamp, and asks for so many events. */
  static EventQueue of(Flow.Publisher<CommitEvent> watch, long afterTs, long asked) {
    EventQueue queue = new EventQueue(asked, afterTs);
    watch.subscribe(queue);
    return queue;
  }

  /** The next events. */
  List<String> take(int count) {
    List<String> taken = new ArrayList<>();
    try {
      while (taken.size() < count) {
        CommitEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
          throw new AssertionError(
              "only " + taken + " of " + count + " events came; error: " + error);
        }
        lastTs = event.commitTs();
        taken.add(text(event));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    return taken;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** The timestamp of the last event that was taken. */
  long lastTs() {
    return lastTs;
  }

  void request(long n) {
    Flow.Subscription known = subscription;
    if (known != null) {
      known.request(n);
    }
  }

  void cancel() {
    Flow.Subscription known = subscription;
    if (known != null) {
      known.cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(asked);
  }

  @Override
  public void onNext(CommitEvent event) {
    events.add(event);
  }

  @Override
  public void onError(Throwable why) {
    error = why;
  }

  @Override
  public void onComplete() {
    error = new AssertionError("a watch never completes");
  }

  private static String text(CommitEvent event) {
    StringBuilder text = new StringBuilder().append(event.commitTs());
    for (Change change : event.changes()) {
      if (change instanceof Change.Put put) {
        text.append(' ').append(Expect.text(put.key())).append('=');
        text.append(Expect.text(put.value()));
      } else if (change instanceof Change.PutLarge put) {
        text.append(' ').append(Expect.text(put.key())).append("=large of ").append(put.length());
      } else if (change instanceof Change.Delete delete) {
        text.append(" -").append(Expect.text(delete.key()));
      } else {
        text.append(" -").append(Expect.text(((Change.DeletePrefix) change).prefix())).append('*');
      }
    }
    return text.toString();
  }
}
