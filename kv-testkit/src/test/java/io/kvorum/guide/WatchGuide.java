// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.ScanPage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;

/** The code of docs/guide/watch.md. */
final class WatchGuide {

  private WatchGuide() {}

  // guide: cache
  /** A copy of all keys with a prefix that follows the store. */
  static final class Cache implements Flow.Subscriber<CommitEvent>, AutoCloseable {

    private static final Duration PROGRESS = Duration.ofSeconds(10);

    private final List<ReplicatedKv> replicas;
    private final KeyRange range;
    private final Map<String, String> copy = new ConcurrentSkipListMap<>();
    private long seen; // everything up to this timestamp is in the copy
    private Flow.Subscription subscription;
    private boolean closed;

    Cache(List<ReplicatedKv> replicas, byte[] prefix) {
      this.replicas = replicas;
      this.range = KeyRange.prefix(prefix);
      load(replicas.get(0));
      follow();
    }

    /** The state at one timestamp, page by page; the watch begins right after it. */
    private void load(ReplicatedKv kv) {
      copy.clear();
      seen = kv.transact(tx -> tx.readTimestamp());
      ScanPage page = kv.scanPage(range, false, 1_000, ReadOptions.at(seen));
      while (true) {
        for (KeyValue entry : page.entries()) {
          copy.put(new String(entry.key(), UTF_8), new String(entry.value(), UTF_8));
        }
        if (page.next().isEmpty()) {
          return;
        }
        page = kv.scanPage(page.next().get(), 1_000);
      }
    }

    private void follow() {
      int any = ThreadLocalRandom.current().nextInt(replicas.size());
      replicas.get(any).watch(range, seen, PROGRESS).subscribe(this);
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(closed ? 0 : 1);
    }

    @Override
    public synchronized void onNext(CommitEvent event) {
      for (Change change : event.changes()) {
        if (change instanceof Change.Put put) {
          copy.put(new String(put.key(), UTF_8), new String(put.value(), UTF_8));
        } else if (change instanceof Change.Delete delete) {
          copy.remove(new String(delete.key(), UTF_8));
        } else if (change instanceof Change.DeletePrefix gone) {
          String prefix = new String(gone.prefix(), UTF_8);
          copy.keySet().removeIf(key -> key.startsWith(prefix));
        }
      }
      seen = event.commitTs();
      subscription.request(1);
    }

    @Override
    public void onError(Throwable why) {
      // A thread of the library: what blocks belongs elsewhere.
      new Thread(() -> resume(why)).start();
    }

    private synchronized void resume(Throwable why) {
      if (closed) {
        return;
      }
      if (why instanceof ReadTimestampCompactedException) {
        load(replicas.get(0)); // too slow, or away for too long: begin anew
      }
      follow(); // here or elsewhere, right behind the last event
    }

    @Override
    public void onComplete() {} // a watch has no end

    @Override
    public synchronized void close() {
      closed = true;
      subscription.cancel();
    }

    Map<String, String> copy() {
      return Map.copyOf(copy);
    }
  }
  // guide ends
}
