// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import static io.kvorum.testkit.contract.Expect.bytes;
import static io.kvorum.testkit.contract.Expect.equal;
import static io.kvorum.testkit.contract.Expect.refused;
import static io.kvorum.testkit.contract.Expect.texts;
import static io.kvorum.testkit.contract.Expect.that;
import static io.kvorum.testkit.contract.Expect.value;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReplicatedKv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is promised about writes. */
final class WritePromises {

  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long MILLISECOND = 1L << 16;

  private WritePromises() {}

  static List<KvPromise> all() {
    return List.of(
        new KvPromise(
            "an acknowledged write is seen at once by every replica", WritePromises::seen),
        new KvPromise("commit timestamps rise in the order of the log", WritePromises::order),
        new KvPromise("a delete removes, and may find nothing", WritePromises::delete),
        new KvPromise("a prefix delete removes exactly the prefix", WritePromises::deletePrefix),
        new KvPromise("a write of many keys is one commit", WritePromises::write),
        new KvPromise("a value expires when a commit reaches its time", WritePromises::expiry),
        new KvPromise("bad arguments are refused and change nothing", WritePromises::invalid),
        new KvPromise("arrays are copied before a call returns", WritePromises::arrays),
        new KvPromise("asynchronous writes do what the others do", WritePromises::async));
  }

  private static void seen(List<ReplicatedKv> replicas, String prefix) {
    int n = 0;
    for (ReplicatedKv writer : replicas) {
      for (int i = 0; i < 5; i++) {
        String text = "v" + n++;
        Commit unused = writer.put(bytes(prefix + "k"), bytes(text));
        for (ReplicatedKv reader : replicas) {
          value(text, reader, prefix + "k");
          equal(
              List.of(prefix + "k=" + text),
              texts(reader.scan(KeyRange.prefix(bytes(prefix)), 10)),
              "scan");
        }
      }
    }
  }

  private static void order(List<ReplicatedKv> replicas, String prefix) {
    Commit last = replicas.get(0).put(bytes(prefix), bytes("0"));
    for (ReplicatedKv kv : replicas) {
      for (int i = 0; i < 10; i++) {
        Commit next =
            i % 2 == 0 ? kv.put(bytes(prefix), bytes("v")) : kv.delete(bytes(prefix + "x"));
        that(next.timestamp() > last.timestamp(), next + " is not above " + last);
        that(next.position().compareTo(last.position()) >= 0, next + " is before " + last);
        last = next;
      }
    }
  }

  private static void delete(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      Commit put = kv.put(bytes(prefix + "k"), bytes("v"));
      Commit deleted = kv.delete(bytes(prefix + "k"));
      that(deleted.timestamp() > put.timestamp(), "a delete is a commit of its own");
      replicas.forEach(reader -> value(null, reader, prefix + "k"));
      Commit again = kv.delete(bytes(prefix + "k"));
      that(again.timestamp() > deleted.timestamp(), "so is one that finds nothing");
    }
  }

  private static void deletePrefix(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      List<Mutation> mutations = new ArrayList<>();
      for (String key : List.of("a", "b", "b/", "b/1", "b/2", "b0", "c")) {
        mutations.add(Mutation.put(bytes(prefix + key), bytes("v")));
      }
      Commit written = kv.write(mutations);
      Commit deleted = kv.deletePrefix(bytes(prefix + "b/"));
      that(deleted.timestamp() > written.timestamp(), "a prefix delete is a commit");
      for (ReplicatedKv reader : replicas) {
        equal(
            List.of(prefix + "a=v", prefix + "b=v", prefix + "b0=v", prefix + "c=v"),
            texts(reader.scan(KeyRange.prefix(bytes(prefix)), 10)),
            "what is left");
      }
    }
  }

  private static void write(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      Commit first =
          kv.write(
              List.of(
                  Mutation.put(bytes(prefix + "a"), bytes("1")),
                  Mutation.put(bytes(prefix + "b"), bytes("1")),
                  Mutation.put(bytes(prefix + "b"), bytes("2"))));
      Commit second =
          kv.write(
              List.of(
                  Mutation.delete(bytes(prefix + "a")),
                  Mutation.put(bytes(prefix + "a"), bytes("3")),
                  Mutation.put(bytes(prefix + "c"), bytes("4")),
                  Mutation.delete(bytes(prefix + "c"))));
      that(second.timestamp() > first.timestamp(), "commits rise");
      for (ReplicatedKv reader : replicas) {
        equal(
            List.of(prefix + "a=3", prefix + "b=2"),
            texts(reader.scan(KeyRange.prefix(bytes(prefix)), 10)),
            "the last mutation of a key wins");
      }
    }
  }

  private static void expiry(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    Commit now = kv.put(bytes(prefix + "clock"), bytes("0"));
    long late = now.timestamp() + 3_600_000 * MILLISECOND;
    long soon = now.timestamp() + 500 * MILLISECOND;
    Commit written =
        kv.write(
            List.of(
                Mutation.put(bytes(prefix + "late"), bytes("v"), late),
                Mutation.put(bytes(prefix + "soon"), bytes("v"), soon)));
    if (written.timestamp() < soon) {
      // Judged at the newest commit: until one has reached the time it stays, however long.
      long end = System.nanoTime() + LONGEST_NANOS;
      while (kv.put(bytes(prefix + "clock"), bytes("1")).timestamp() < soon) {
        that(System.nanoTime() - end < 0, "the time of the log stands still");
      }
    }
    for (ReplicatedKv reader : replicas) {
      value(null, reader, prefix + "soon");
      value("v", reader, prefix + "late");
    }
  }

  private static void invalid(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      refused(InvalidArgumentException.class, "no mutation", () -> kv.write(List.of()));
      refused(InvalidArgumentException.class, "empty key", () -> kv.put(bytes(""), bytes("v")));
      refused(
          InvalidArgumentException.class,
          "one of two keys is empty",
          () ->
              kv.write(
                  List.of(
                      Mutation.put(bytes(prefix + "a"), bytes("v")), Mutation.delete(bytes("")))));
      refused(
          InvalidArgumentException.class,
          "a long key",
          () -> kv.put(bytes(prefix + "x".repeat(1 << 20)), bytes("v")));
      refused(InvalidArgumentException.class, "no timeout", () -> kv.withTimeout(Duration.ZERO));
      refused(
          InvalidArgumentException.class,
          "a timeout of a day",
          () -> kv.withTimeout(Duration.ofDays(1)));
      equal(List.of(), texts(kv.scan(KeyRange.prefix(bytes(prefix)), 10)), "nothing changed");
    }
  }

  private static void arrays(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      byte[] key = bytes(prefix + "k");
      byte[] text = bytes("before");
      var put = kv.putAsync(key, text);
      text[0] = 'X';
      key[key.length - 1] = 'X';
      Commit unused = put.join();
      byte[] found = kv.get(bytes(prefix + "k"));
      equal("before", Expect.text(found), "the value at the time of the call");
      if (found != null) {
        found[0] = 'Y';
      }
      value("before", kv, prefix + "k");
    }
  }

  private static void async(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      Commit put = kv.putAsync(bytes(prefix + "a"), bytes("1")).join();
      Commit write = kv.writeAsync(List.of(Mutation.put(bytes(prefix + "b"), bytes("2")))).join();
      that(write.timestamp() > put.timestamp(), "commits rise");
      for (ReplicatedKv reader : replicas) {
        equal("1", Expect.text(reader.getAsync(bytes(prefix + "a")).join()), "get");
        equal(
            List.of(prefix + "a=1", prefix + "b=2"),
            texts(reader.scanAsync(KeyRange.prefix(bytes(prefix)), 10).join()),
            "scan");
      }
      Commit deleted = kv.deleteAsync(bytes(prefix + "a")).join();
      Commit all = kv.deletePrefixAsync(bytes(prefix)).join();
      that(all.timestamp() > deleted.timestamp(), "commits rise");
      equal(List.of(), texts(kv.scan(KeyRange.prefix(bytes(prefix)), 10)), "all deleted");
      refused(
          InvalidArgumentException.class,
          "empty key",
          () -> kv.putAsync(bytes(""), bytes("v")).join());
    }
  }
}
