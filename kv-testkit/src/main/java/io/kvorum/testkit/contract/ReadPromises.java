// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import static io.kvorum.testkit.contract.Expect.bytes;
import static io.kvorum.testkit.contract.Expect.equal;
import static io.kvorum.testkit.contract.Expect.refused;
import static io.kvorum.testkit.contract.Expect.text;
import static io.kvorum.testkit.contract.Expect.texts;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is promised about reads. */
final class ReadPromises {

  private ReadPromises() {}

  static List<KvPromise> all() {
    return List.of(
        new KvPromise("a key that was never written is null", ReadPromises::absent),
        new KvPromise("scans go both ways, within bounds and limits", ReadPromises::scans),
        new KvPromise("a read at a timestamp repeats", ReadPromises::snapshots),
        new KvPromise("reads of at least a commit, by lease and fresh", ReadPromises::kinds),
        new KvPromise("a cursor sees one state", ReadPromises::cursor),
        new KvPromise("bad limits are refused", ReadPromises::invalid));
  }

  private static void absent(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      equal(null, text(kv.get(bytes(prefix + "none"))), "get");
      equal(null, text(kv.getAsync(bytes(prefix + "none")).join()), "getAsync");
      equal(List.of(), texts(kv.scan(KeyRange.prefix(bytes(prefix)), 10)), "scan");
    }
  }

  private static Commit write(ReplicatedKv kv, String prefix, String value, String... keys) {
    List<Mutation> mutations = new ArrayList<>();
    for (String key : keys) {
      mutations.add(Mutation.put(bytes(prefix + key), bytes(value)));
    }
    return kv.write(mutations);
  }

  private static void scans(List<ReplicatedKv> replicas, String prefix) {
    Commit unused = write(replicas.get(0), prefix, "v", "a", "a0", "b", "c");
    ReadOptions options = ReadOptions.linearizable();
    KeyRange all = KeyRange.prefix(bytes(prefix));
    KeyRange some = KeyRange.of(bytes(prefix + "a0"), bytes(prefix + "c"));
    for (ReplicatedKv kv : replicas) {
      equal(List.of(prefix + "a=v", prefix + "a0=v"), texts(kv.scan(all, 2)), "the first two keys");
      equal(List.of(prefix + "a0=v", prefix + "b=v"), texts(kv.scan(some, 9)), "start, not end");
      equal(
          List.of(prefix + "c=v", prefix + "b=v"),
          texts(kv.reverseScan(all, 2, options)),
          "the last two keys");
      equal(
          List.of(),
          texts(kv.scan(KeyRange.of(bytes(prefix + "b"), bytes(prefix + "b")), 9)),
          "an empty range");
    }
  }

  private static void snapshots(List<ReplicatedKv> replicas, String prefix) {
    Commit first = write(replicas.get(0), prefix, "1", "a", "b");
    Commit second = replicas.get(replicas.size() - 1).delete(bytes(prefix + "a"));
    Commit unused = write(replicas.get(0), prefix, "3", "b", "c");
    for (ReplicatedKv kv : replicas) {
      for (int i = 0; i < 2; i++) {
        equal(
            List.of(prefix + "a=1", prefix + "b=1"),
            texts(kv.scan(KeyRange.prefix(bytes(prefix)), 9, ReadOptions.at(first.timestamp()))),
            "at the first commit");
        equal(
            null,
            text(kv.get(bytes(prefix + "a"), ReadOptions.at(second.timestamp()))),
            "at the delete");
      }
    }
  }

  private static void kinds(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv writer : replicas) {
      Commit commit = writer.put(bytes(prefix + "k"), bytes("v"));
      for (ReplicatedKv reader : replicas) {
        for (ReadOptions options :
            List.of(
                ReadOptions.atLeast(commit.timestamp()),
                ReadOptions.lease(),
                ReadOptions.linearizable(),
                ReadOptions.stale(Duration.ZERO))) {
          equal("v", text(reader.get(bytes(prefix + "k"), options)), options.toString());
        }
      }
      Commit unused = writer.delete(bytes(prefix + "k"));
    }
  }

  private static void cursor(List<ReplicatedKv> replicas, String prefix) {
    Commit unused = write(replicas.get(0), prefix, "1", "a", "b", "c");
    for (ReplicatedKv kv : replicas) {
      List<String> seen = new ArrayList<>();
      try (MvccCursor cursor =
          kv.openCursor(KeyRange.prefix(bytes(prefix)), false, ReadOptions.linearizable())) {
        Commit between = kv.delete(bytes(prefix + "c"));
        while (cursor.next()) {
          seen.add(text(cursor.key()) + "=" + text(cursor.value()));
        }
        equal(true, between.timestamp() > 0, "the delete was committed");
      }
      equal(List.of(prefix + "a=1", prefix + "b=1", prefix + "c=1"), seen, "one state");
      Commit again = write(kv, prefix, "1", "c");
      equal(true, again.timestamp() > unused.timestamp(), "commits rise");
    }
  }

  private static void invalid(List<ReplicatedKv> replicas, String prefix) {
    for (ReplicatedKv kv : replicas) {
      write(kv, prefix, "1", "a");
      for (int limit : new int[] {0, -1}) {
        equal(List.of(), kv.scan(KeyRange.prefix(bytes(prefix)), limit), "limit " + limit);
        refused(
            InvalidArgumentException.class,
            "a page of at most " + limit,
            () ->
                kv.scanPage(
                    KeyRange.prefix(bytes(prefix)), false, limit, ReadOptions.linearizable()));
      }
    }
  }
}
