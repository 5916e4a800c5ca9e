// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import static io.kvorum.testkit.contract.Expect.bytes;
import static io.kvorum.testkit.contract.Expect.equal;
import static io.kvorum.testkit.contract.Expect.refused;
import static io.kvorum.testkit.contract.Expect.that;
import static io.kvorum.testkit.contract.Expect.value;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeValue;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.testkit.GeneratedValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is promised about values that are written and read as streams. */
final class LargePromises {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private LargePromises() {}

  static List<KvPromise> all() {
    return List.of(
        new KvPromise(
            "a value of many megabytes is read back on every replica", LargePromises::readBack),
        new KvPromise("streams of every length are read back", LargePromises::lengths),
        new KvPromise(
            "a large value is shown to scans, and not loaded", LargePromises::shownNotLoaded),
        new KvPromise(
            "a large value is overwritten and deleted as others are", LargePromises::replaced),
        new KvPromise(
            "an open value is not disturbed by what comes after", LargePromises::undisturbed),
        new KvPromise("a stream that fails leaves nothing", LargePromises::failing),
        new KvPromise("a large value expires as others do", LargePromises::expiry),
        new KvPromise("a watch tells the length of a large value", LargePromises::watched),
        new KvPromise(
            "a transaction meets a large value that is written beside it", LargePromises::conflict),
        new KvPromise("bad arguments of streams are refused", LargePromises::invalid));
  }

  private static void readBack(List<ReplicatedKv> replicas, String prefix) {
    long seed = 1;
    for (ReplicatedKv writer : replicas) {
      GeneratedValue value = new GeneratedValue(seed++, 3 * MIB + 17);
      Commit commit = writer.putStream(bytes(prefix), value.stream());
      for (ReplicatedKv reader : replicas) {
        expect(value, reader.openStream(bytes(prefix)));
        expect(value, reader.openStream(bytes(prefix), ReadOptions.at(commit.timestamp())));
        that(
            reader.openStream(bytes(prefix), ReadOptions.at(commit.timestamp() - 1)) == null
                || seed > 2,
            "nothing is visible before the commit");
      }
    }
  }

  private static void lengths(List<ReplicatedKv> replicas, String prefix) {
    int[] lengths = {0, 1, 256 * KIB, MIB - 1, MIB, MIB + 1, MIB + 256 * KIB, 2 * MIB};
    ReplicatedKv kv = replicas.get(0);
    for (int length : lengths) {
      GeneratedValue value = new GeneratedValue(length, length);
      Commit unused = kv.putStream(bytes(prefix + length), value.stream());
    }
    for (int length : lengths) {
      for (ReplicatedKv reader : replicas) {
        expect(new GeneratedValue(length, length), reader.openStream(bytes(prefix + length)));
      }
    }
    byte[] small = kv.get(bytes(prefix + 256 * KIB));
    that(small != null && small.length == 256 * KIB, "a short stream is a value as others are");
    Commit unused = kv.put(bytes(prefix + "put"), bytes("from an array"));
    try (LargeValue found = opened(kv.openStream(bytes(prefix + "put")))) {
      equal(13L, found.length(), "the length of a value that is no large one");
      equal("from an array", Expect.text(found.readAllBytes()), "a value that is no large one");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    that(kv.openStream(bytes(prefix + "absent")) == null, "there is no value");
  }

  private static void shownNotLoaded(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    long length = 2 * MIB;
    Commit first = kv.put(bytes(prefix + "a"), bytes("1"));
    Commit large = kv.putStream(bytes(prefix + "b"), new GeneratedValue(1, length).stream());
    Commit last = kv.put(bytes(prefix + "c"), bytes("3"));
    that(first.timestamp() < large.timestamp() && large.timestamp() < last.timestamp(), "order");
    KeyRange range = KeyRange.prefix(bytes(prefix));
    List<KeyValue> expected =
        List.of(
            new KeyValue(bytes(prefix + "a"), bytes("1")),
            KeyValue.large(bytes(prefix + "b"), length),
            new KeyValue(bytes(prefix + "c"), bytes("3")));
    for (ReplicatedKv reader : replicas) {
      equal(expected, reader.scan(range, 9), "a scan");
      equal(expected, reader.transact(t -> t.scan(range, 9)), "a scan of a transaction");
      equal(expected.get(1), reader.scan(range, 9).get(1), "the large entry");
      try (MvccCursor cursor = reader.openCursor(range, true, ReadOptions.linearizable())) {
        that(cursor.next() && !cursor.isLarge(), "a cursor stands before it");
        that(cursor.next() && cursor.isLarge(), "a cursor stands on it");
        equal(length, cursor.valueLength(), "the length a cursor shows");
        refused(LargeValueException.class, "its value", cursor::value);
        that(cursor.next() && !cursor.isLarge(), "a cursor goes on");
      }
      refused(LargeValueException.class, "get", () -> reader.get(bytes(prefix + "b")));
      refused(
          LargeValueException.class, "getAsync", () -> reader.getAsync(bytes(prefix + "b")).join());
      refused(
          LargeValueException.class,
          "get of a transaction",
          () -> reader.transact(t -> t.get(bytes(prefix + "b"))));
      refused(LargeValueException.class, "value of an entry", () -> expected.get(1).value());
    }
  }

  private static void replaced(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    GeneratedValue value = new GeneratedValue(7, MIB + 5);
    GeneratedValue longer = new GeneratedValue(8, 2 * MIB + 5);
    for (String key : List.of("a", "b", "c")) {
      Commit unused = kv.putStream(bytes(prefix + key), value.stream());
    }
    Commit unused = kv.putStream(bytes(prefix + "a"), longer.stream());
    unused = kv.put(bytes(prefix + "b"), bytes("small"));
    unused = kv.delete(bytes(prefix + "c"));
    for (ReplicatedKv reader : replicas) {
      expect(longer, reader.openStream(bytes(prefix + "a")));
      value("small", reader, prefix + "b");
      value(null, reader, prefix + "c");
      that(reader.openStream(bytes(prefix + "c")) == null, "it is deleted");
    }
    unused = kv.deletePrefix(bytes(prefix));
    replicas.forEach(
        reader -> that(reader.openStream(bytes(prefix + "a")) == null, "its prefix is deleted"));
  }

  private static void undisturbed(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    GeneratedValue old = new GeneratedValue(3, 2 * MIB);
    Commit unused = kv.putStream(bytes(prefix), old.stream());
    for (ReplicatedKv reader : replicas) {
      LargeValue open = opened(reader.openStream(bytes(prefix)));
      unused = kv.putStream(bytes(prefix), new GeneratedValue(4, MIB + 1).stream());
      unused = kv.deletePrefix(bytes(prefix));
      expect(old, open);
      unused = kv.putStream(bytes(prefix), old.stream());
    }
  }

  private static void failing(List<ReplicatedKv> replicas, String prefix) {
    GeneratedValue before = new GeneratedValue(5, MIB + 9);
    Commit unused = replicas.get(0).putStream(bytes(prefix + "k"), before.stream());
    for (ReplicatedKv kv : replicas) {
      for (long failsAt : new long[] {0, MIB, 2 * MIB + 100}) {
        for (String key : List.of("k", "fresh")) {
          refused(
              UncheckedIOException.class,
              "a stream that fails at " + failsAt,
              () ->
                  kv.putStream(
                      bytes(prefix + key),
                      new GeneratedValue(6, 3 * MIB)
                          .stream(
                              failsAt,
                              () -> {
                                throw new IOException("the source is gone");
                              })));
        }
      }
      expect(before, kv.openStream(bytes(prefix + "k")));
      that(kv.openStream(bytes(prefix + "fresh")) == null, "nothing was written");
    }
  }

  private static void expiry(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    GeneratedValue value = new GeneratedValue(5, MIB + 9);
    long hour = 3_600_000L << 16;
    long now = kv.put(bytes(prefix + "now"), bytes("")).timestamp();
    Commit lives = kv.putStream(bytes(prefix + "lives"), value.stream(), now + hour);
    Commit gone = kv.putStream(bytes(prefix + "gone"), value.stream(), now);
    that(gone.timestamp() > lives.timestamp(), "one that has expired is a commit");
    for (ReplicatedKv reader : replicas) {
      expect(value, reader.openStream(bytes(prefix + "lives")));
      that(reader.openStream(bytes(prefix + "gone")) == null, "it has expired");
    }
  }

  private static void watched(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    long after = kv.put(bytes(prefix + "0"), bytes("")).timestamp();
    Commit large = kv.putStream(bytes(prefix + "k"), new GeneratedValue(1, 2 * MIB).stream());
    for (ReplicatedKv reader : replicas) {
      EventQueue events = EventQueue.of(reader, KeyRange.prefix(bytes(prefix)), after, 1);
      equal(
          List.of(large.timestamp() + " " + prefix + "k=large of " + 2 * MIB),
          events.take(1),
          "the event");
      events.cancel();
    }
  }

  private static void conflict(List<ReplicatedKv> replicas, String prefix) {
    ReplicatedKv kv = replicas.get(0);
    int[] runs = {0};
    String seen =
        kv.transact(
            transaction -> {
              String found = Expect.text(transaction.get(bytes(prefix + "copy")));
              List<KeyValue> large = transaction.scan(KeyRange.prefix(bytes(prefix + "k")), 1);
              if (runs[0]++ == 0) {
                Commit unused =
                    kv.putStream(bytes(prefix + "k"), new GeneratedValue(1, 2 * MIB).stream());
              }
              transaction.put(bytes(prefix + "copy"), bytes("of " + large.size()));
              return found + large.size();
            });
    equal("null1", seen, "what the run that was committed saw");
    equal(2, runs[0], "runs");
    value("of 1", kv, prefix + "copy");
  }

  @SuppressWarnings("NullAway") // null is one of the bad arguments
  private static void invalid(List<ReplicatedKv> replicas, String prefix) {
    byte[] key = bytes(prefix + "k");
    byte[] tooLong = new byte[64 * KIB + 1];
    for (ReplicatedKv kv : replicas) {
      bad("putStream, key null", () -> kv.putStream(null, stream()));
      bad("putStream, key empty", () -> kv.putStream(bytes(""), stream()));
      bad("putStream, key of 65,537 bytes", () -> kv.putStream(tooLong, stream()));
      bad("putStream, value null", () -> kv.putStream(key, null));
      bad("putStream, expireAt -1", () -> kv.putStream(key, stream(), -1));
      bad("openStream, key null", () -> kv.openStream(null));
      bad("openStream, key of 65,537 bytes", () -> kv.openStream(tooLong));
      that(kv.openStream(key) == null, "a refused stream changes nothing");
    }
  }

  private static InputStream stream() {
    return new GeneratedValue(1, 2 * MIB).stream();
  }

  private static void bad(String what, Runnable call) {
    refused(InvalidArgumentException.class, what, call);
  }

  private static LargeValue opened(@Nullable LargeValue value) {
    if (value == null) {
      throw new AssertionError("there is no value");
    }
    return value;
  }

  private static void expect(GeneratedValue expected, @Nullable LargeValue found) {
    try (LargeValue value = opened(found)) {
      equal(expected.length(), value.length(), "the length");
      expected.check(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
