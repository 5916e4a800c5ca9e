// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import static io.kvorum.testkit.contract.Expect.bytes;
import static io.kvorum.testkit.contract.Expect.equal;
import static io.kvorum.testkit.contract.Expect.refused;
import static io.kvorum.testkit.contract.Expect.that;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReplicatedKv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is promised about watches. */
final class WatchPromises {

  private WatchPromises() {}

  static List<KvPromise> all() {
    return List.of(
        new KvPromise("a watch shows history, then news, on every replica", WatchPromises::order),
        new KvPromise("a watch shows its range only, whole commits of it", WatchPromises::range),
        new KvPromise("a watch goes on at any replica after its last event", WatchPromises::resume),
        new KvPromise("a watch shows no more than was asked for", WatchPromises::demand),
        new KvPromise("a watch of a quiet range tells its progress", WatchPromises::progress),
        new KvPromise("bad arguments of a watch are refused", WatchPromises::invalid));
  }

  private static long begin(ReplicatedKv kv, String prefix) {
    return kv.put(bytes(prefix), bytes("begin")).timestamp();
  }

  private static void order(List<ReplicatedKv> replicas, String prefix) {
    long start = begin(replicas.get(0), prefix);
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      put(replicas.get(i % replicas.size()), prefix + "k" + i, "old", written);
    }
    List<EventQueue> watches = new ArrayList<>();
    for (ReplicatedKv kv : replicas) {
      watches.add(EventQueue.of(kv, KeyRange.prefix(bytes(prefix)), start, Long.MAX_VALUE));
    }
    for (int i = 0; i < 5; i++) {
      put(replicas.get(i % replicas.size()), prefix + "k" + i, "new", written);
    }
    for (EventQueue watch : watches) {
      equal(written, watch.take(written.size()), "what was committed");
      watch.cancel();
    }
  }

  private static void put(ReplicatedKv kv, String key, String value, List<String> written) {
    Commit commit = kv.put(bytes(key), bytes(value));
    written.add(commit.timestamp() + " " + key + "=" + value);
  }

  private static void range(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    long start = begin(kv, prefix);
    Commit both =
        kv.write(
            List.of(
                Mutation.put(bytes(prefix + "a"), bytes("1")),
                Mutation.put(bytes(prefix + "k1"), bytes("2")),
                Mutation.delete(bytes(prefix + "k2")),
                Mutation.put(bytes(prefix + "k1"), bytes("3"))));
    Commit outside = kv.put(bytes(prefix + "l"), bytes("4"));
    Commit prefixDelete = kv.deletePrefix(bytes(prefix));
    String unused =
        kv.transact(
            tx -> {
              tx.put(bytes(prefix + "k3"), bytes("5"));
              return "";
            });
    Commit put = kv.put(bytes(prefix + "k4"), bytes("6"));
    that(outside.timestamp() > both.timestamp(), "commits rise");
    for (ReplicatedKv watcher : replicas) {
      EventQueue watch =
          EventQueue.of(watcher, KeyRange.prefix(bytes(prefix + "k")), start, Long.MAX_VALUE);
      List<String> events = watch.take(4);
      equal(both.timestamp() + " -" + prefix + "k2 " + prefix + "k1=3", events.get(0), "a write");
      equal(prefixDelete.timestamp() + " -" + prefix + "*", events.get(1), "a prefix delete");
      that(events.get(2).endsWith(" " + prefix + "k3=5"), "a transaction: " + events.get(2));
      equal(put.timestamp() + " " + prefix + "k4=6", events.get(3), "a put");
      watch.cancel();
    }
  }

  private static void resume(List<ReplicatedKv> replicas, String prefix) {
    long last = begin(replicas.get(0), prefix);
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      put(replicas.get(0), prefix + "k" + i % 3, "v" + i, written);
    }
    List<String> found = new ArrayList<>();
    for (int i = 0; found.size() < written.size(); i++) {
      ReplicatedKv kv = replicas.get(i % replicas.size());
      EventQueue watch = EventQueue.of(kv, KeyRange.prefix(bytes(prefix)), last, 3);
      found.addAll(watch.take(3));
      last = watch.lastTs();
      watch.cancel();
    }
    equal(written, found, "each once");
  }

  private static void demand(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      long start = begin(kv, prefix);
      EventQueue watch = EventQueue.of(kv, KeyRange.prefix(bytes(prefix)), start, 2);
      EventQueue all = EventQueue.of(kv, KeyRange.prefix(bytes(prefix)), start, Long.MAX_VALUE);
      List<String> written = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        put(kv, prefix + "k", "v" + i, written);
      }
      equal(written, all.take(10), "all");
      equal(written.subList(0, 2), watch.take(2), "as many as were asked for");
      that(watch.isEmpty(), "more came than were asked for");
      watch.request(8);
      equal(written.subList(2, 10), watch.take(8), "the rest");
      watch.cancel();
      all.cancel();
    }
  }

  private static void progress(List<ReplicatedKv> replicas, String prefix) {
    long start = begin(replicas.get(0), prefix);
    for (ReplicatedKv kv : replicas) {
      KeyRange quiet = KeyRange.prefix(bytes(prefix + "quiet"));
      EventQueue watch =
          EventQueue.of(kv.watch(quiet, start, ReplicatedKv.SHORTEST_PROGRESS), start, 1);
      long outside = kv.put(bytes(prefix + "busy"), bytes("v")).timestamp();
      while (watch.lastTs() < outside) {
        String event = watch.take(1).get(0);
        equal("" + watch.lastTs(), event, "an event without changes");
        watch.request(1);
      }
      watch.cancel();
    }
  }

  private static void invalid(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      refused(
          InvalidArgumentException.class,
          "a negative timestamp",
          () -> kv.watch(KeyRange.prefix(bytes(prefix)), -1));
      for (Duration every : List.of(Duration.ofMillis(99), Duration.ofDays(2))) {
        refused(
            InvalidArgumentException.class,
            "progress every " + every,
            () -> kv.watch(KeyRange.all(), 0, every));
      }
    }
  }
}
