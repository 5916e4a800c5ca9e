// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KvException;
import io.kvorum.api.ReplicatedKv;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A watch that is asked for a few events at a time, each time by a new subscription, and how its
 * events are written: {@code *( "@" timestamp *( p key value | d key | x prefix ) )}.
 */
final class WatchQuestion implements Flow.Subscriber<CommitEvent> {

  private final int limit;
  private final CountDownLatch ended = new CountDownLatch(1);

  // guarded by this
  private final List<CommitEvent> events = new ArrayList<>();
  private @Nullable Throwable error;
  private Flow.@Nullable Subscription subscription;

  private WatchQuestion(int limit) {
    this.limit = limit;
  }

  /** The next events: so many, or those that came in that time. */
  static List<CommitEvent> ask(
      ReplicatedKv kv, KeyRange range, long afterTs, int limit, long millis) {
    WatchQuestion question = new WatchQuestion(limit);
    kv.watch(range, afterTs).subscribe(question);
    return question.await(millis);
  }

  private List<CommitEvent> await(long millis) {
    try {
      boolean unused = ended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      if (subscription != null) {
        subscription.cancel();
      }
      if (events.isEmpty() && error != null) {
        if (error instanceof RuntimeException known) {
          throw known;
        }
        throw new KvException("the watch failed", error);
      }
      return List.copyOf(events);
    }
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(limit);
  }

  @Override
  public synchronized void onNext(CommitEvent event) {
    events.add(event);
    if (events.size() == limit) {
      ended.countDown();
    }
  }

  @Override
  public synchronized void onError(Throwable why) {
    error = why;
    ended.countDown();
  }

  @Override
  public void onComplete() {
    onError(new IllegalStateException("a watch never completes"));
  }

  // ---- as words ------------------------------------------------------------------------------

  static String text(List<CommitEvent> events) {
    StringBuilder text = new StringBuilder();
    for (CommitEvent event : events) {
      text.append(text.isEmpty() ? "@" : " @").append(event.commitTs());
      for (Change change : event.changes()) {
        if (change instanceof Change.Put put) {
          text.append(" p ").append(Words.word(put.key()));
          text.append(' ').append(Words.word(put.value()));
        } else if (change instanceof Change.PutLarge put) {
          text.append(" l ").append(Words.word(put.key())).append(' ').append(put.length());
        } else if (change instanceof Change.Delete delete) {
          text.append(" d ").append(Words.word(delete.key()));
        } else {
          text.append(" x ").append(Words.word(((Change.DeletePrefix) change).prefix()));
        }
      }
    }
    return text.toString();
  }

  static List<CommitEvent> events(String text) {
    List<CommitEvent> events = new ArrayList<>();
    for (String event : text.isEmpty() ? new String[0] : text.substring(1).split(" @", -1)) {
      String[] words = event.split(" ", -1);
      List<Change> changes = new ArrayList<>();
      for (int i = 1; i < words.length; i += 2) {
        byte[] key = Words.bytes(words[i + 1]);
        switch (words[i]) {
          case "p" -> changes.add(new Change.Put(key, Words.bytes(words[++i + 1]), 0));
          case "l" -> changes.add(new Change.PutLarge(key, Long.parseLong(words[++i + 1]), 0));
          case "d" -> changes.add(new Change.Delete(key));
          case "x" -> changes.add(new Change.DeletePrefix(key, null));
          default -> throw new InvalidArgumentException("no change: " + words[i]);
        }
      }
      events.add(new CommitEvent(Long.parseLong(words[0]), changes));
    }
    return events;
  }
}
