// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.Change;
import io.kvorum.api.Commit;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.testkit.GeneratedValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/** The examples of watches. */
final class WatchExamples {

  private final ReplicatedKv kv;
  private final byte[] value = bytes("value");
  private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
  private final AtomicLong last = new AtomicLong();

  WatchExamples(ReplicatedKv kv) {
    this.kv = kv;
  }

  void run() {
    Commit before = kv.put(bytes("watched/1"), value);
    KeyRange range = KeyRange.prefix(bytes("watched/"));
    follow(range, before.timestamp());
    kv.put(bytes("watched/2"), value);
    kv.putStream(bytes("watched/3"), new GeneratedValue(1, 2 << 20).stream());
    kv.delete(bytes("watched/2"));
    await().atMost(Duration.ofSeconds(30)).until(() -> changes.size() == 3);
    Map<String, String> copy = new TreeMap<>();
    apply(new CommitEvent(0, List.copyOf(changes)), copy);
    assertThat(copy).containsOnly(Map.entry("watched/3", (2 << 20) + " bytes"));
    Commit end = kv.deletePrefix(bytes("watched/"));
    await().atMost(Duration.ofSeconds(30)).until(() -> last.get() == end.timestamp());
    apply(new CommitEvent(0, List.copyOf(changes)), copy);
    assertThat(copy).isEmpty();
  }

  /* A line that begins with an at sign would be a tag in Javadoc. */
  @SuppressWarnings("MissingOverride")
  private void follow(KeyRange range, long afterTs) {
    // javadoc: CommitEvent
    class Follower implements Flow.Subscriber<CommitEvent> {
      Flow.Subscription subscription;

      public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        subscription.request(1);
      }

      public void onNext(CommitEvent event) {
        changes.addAll(event.changes());
        last.set(event.commitTs()); // kept wherever the effects of the events are kept
        subscription.request(1);
      }

      public void onError(Throwable why) {} // watch again after last, here or elsewhere

      public void onComplete() {} // a watch has no end
    }

    kv.watch(range, afterTs).subscribe(new Follower());
    // javadoc ends
  }

  private static void apply(CommitEvent event, Map<String, String> copy) {
    // javadoc: Change
    for (Change change : event.changes()) {
      if (change instanceof Change.Put put) {
        copy.put(text(put.key()), text(put.value()));
      } else if (change instanceof Change.PutLarge put) {
        copy.put(text(put.key()), put.length() + " bytes"); // openStream reads them
      } else if (change instanceof Change.Delete delete) {
        copy.remove(text(delete.key()));
      } else if (change instanceof Change.DeletePrefix gone) {
        copy.keySet().removeIf(key -> key.startsWith(text(gone.prefix())));
      }
    }
    // javadoc ends
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
