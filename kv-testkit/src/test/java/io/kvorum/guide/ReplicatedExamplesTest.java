// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeValue;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.ScanPage;
import io.kvorum.api.ScanToken;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.GeneratedValue;
import io.kvorum.testkit.LocalCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of what a replicated store does. */
class ReplicatedExamplesTest {

  @TempDir static Path folder;

  private static LocalCluster cluster;
  private static ReplicatedKv kv;

  private final byte[] value = bytes("value");

  @BeforeAll
  static void start() {
    Duration min = Duration.ofMillis(50);
    Duration max = Duration.ofMillis(100);
    cluster = LocalCluster.start(folder.resolve("n"), 1, b -> b.electionTimeout(min, max));
    kv = cluster.awaitKv();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void writesAndReads() {
    byte[] key = bytes("user/1");
    byte[] oldKey = bytes("user/0");
    byte[] prefix = bytes("user/");
    // javadoc: ReplicatedKv
    Commit commit = kv.put(key, value); // durable on a majority of the replicas
    byte[] newest = kv.get(key); // linearizable, on whichever replica
    kv.write(List.of(Mutation.put(key, value), Mutation.delete(oldKey))); // both or none
    List<KeyValue> users = kv.scan(KeyRange.prefix(prefix), 100);
    CompletableFuture<Commit> deleted = kv.withTimeout(Duration.ofSeconds(2)).deleteAsync(key);
    // javadoc ends
    assertThat(newest).isEqualTo(value);
    assertThat(users).containsExactly(new KeyValue(key, value));
    assertThat(deleted.join().timestamp()).isGreaterThan(commit.timestamp());
    assertThat(kv.get(key)).isNull();
  }

  @Test
  void expiry() {
    byte[] key = bytes("session/1");
    byte[] oldKey = bytes("session/0");
    // javadoc: Mutation
    long now = kv.put(oldKey, value).timestamp();
    long inAnHour = now + (Duration.ofHours(1).toMillis() << 16);
    kv.write(List.of(Mutation.put(key, value, inAnHour), Mutation.delete(oldKey)));
    // javadoc ends
    assertThat(kv.get(key)).isEqualTo(value);
    assertThat(kv.get(oldKey)).isNull();
    kv.write(List.of(Mutation.put(key, value, now)));
    assertThat(kv.get(key)).isNull();
  }

  @Test
  void ranges() {
    byte[] first = bytes("2026-11-23");
    byte[] afterLast = bytes("2026-11-30");
    // javadoc: KeyRange
    KeyRange users = KeyRange.prefix("user/".getBytes(UTF_8)); // "user/", "user/1", not "user0"
    KeyRange week = KeyRange.of(first, afterLast); // without afterLast itself
    KeyRange rest = KeyRange.from(first);
    List<KeyValue> newestDays = kv.reverseScan(week, 2, ReadOptions.linearizable());
    // javadoc ends
    assertThat(users.contains(bytes("user/"))).isTrue();
    assertThat(users.contains(bytes("user/1"))).isTrue();
    assertThat(users.contains(bytes("user0"))).isFalse();
    assertThat(week.contains(first)).isTrue();
    assertThat(week.contains(afterLast)).isFalse();
    assertThat(rest.contains(afterLast)).isTrue();
    assertThat(newestDays).isEmpty();
  }

  @Test
  void entries() {
    byte[] prefix = bytes("entry/");
    kv.put(bytes("entry/1"), value);
    kv.putStream(bytes("entry/2"), new GeneratedValue(1, 2 << 20).stream());
    List<String> lines = new ArrayList<>();
    // javadoc: KeyValue
    for (KeyValue entry : kv.scan(KeyRange.prefix(prefix), 100)) {
      String key = new String(entry.key(), UTF_8);
      String content = entry.isLarge() ? "not loaded" : new String(entry.value(), UTF_8);
      lines.add(key + ": " + entry.valueLength() + " bytes, " + content);
    }
    // javadoc ends
    assertThat(lines)
        .containsExactly("entry/1: 5 bytes, value", "entry/2: 2097152 bytes, not loaded");
  }

  @Test
  void commits() {
    KvNode there = cluster.awaitLeader();
    byte[] key = bytes("commit");
    // javadoc: Commit
    Commit commit = kv.put(key, value);
    byte[] own = there.kv().get(key, ReadOptions.atLeast(commit.timestamp()));
    LogPosition applied = there.awaitApplied(commit.position().index(), Duration.ofSeconds(10));
    // javadoc ends
    assertThat(own).isEqualTo(value);
    assertThat(commit.position().isAfter(applied)).isFalse();
  }

  @Test
  void transactions() {
    byte[] name = bytes("name/Ada");
    byte[] id = bytes("7");
    byte[] count = bytes("names");
    // javadoc: Transaction
    boolean claimed =
        kv.transact(
            tx -> {
              if (tx.get(name) != null) {
                return false; // somebody has it; what writes nothing costs no log entry
              }
              tx.put(name, id);
              tx.put(count, next(tx.get(count)));
              return true;
            });
    // javadoc ends
    assertThat(claimed).isTrue();
    assertThat(kv.get(name)).isEqualTo(id);
    assertThat(kv.get(count)).isEqualTo(bytes("1"));
  }

  @Test
  void kindsOfReads() {
    byte[] key = bytes("read");
    Commit commit = kv.put(key, value);
    // javadoc: ReadOptions
    byte[] newest = kv.get(key); // the same as with ReadOptions.linearizable()
    byte[] mine = kv.get(key, ReadOptions.atLeast(commit.timestamp()));
    byte[] before = kv.get(key, ReadOptions.at(commit.timestamp() - 1));
    byte[] recent = kv.get(key, ReadOptions.stale(Duration.ofSeconds(1)));
    // javadoc ends
    assertThat(newest).isEqualTo(value);
    assertThat(mine).isEqualTo(value);
    assertThat(before).isNull();
    assertThat(recent).isIn(value, null);
  }

  @Test
  void pages() {
    for (int i = 0; i < 5; i++) {
      kv.put(bytes("page/" + i), value);
    }
    KeyRange range = KeyRange.prefix(bytes("page/"));
    // javadoc: ScanToken
    ScanPage first = kv.scanPage(range, false, 3, ReadOptions.linearizable());
    byte[] token = first.next().orElseThrow().toBytes(); // to a client, who comes back with it
    ScanPage second = kv.scanPage(ScanToken.fromBytes(token), 3); // on any replica
    // javadoc ends
    assertThat(first.entries()).hasSize(3);
    assertThat(second.entries()).hasSize(2);
    assertThat(second.next()).isEmpty();
  }

  @Test
  void cursors() {
    kv.put(bytes("cursor/1"), value);
    KeyRange range = KeyRange.prefix(bytes("cursor/"));
    long bytes = 0;
    // javadoc: MvccCursor
    try (MvccCursor cursor = kv.openCursor(range, false, ReadOptions.linearizable())) {
      while (cursor.next()) {
        bytes += cursor.key().length + cursor.valueLength();
      }
    }
    // javadoc ends
    assertThat(bytes).isEqualTo("cursor/1".length() + value.length);
  }

  @Test
  void largeValues() throws IOException {
    byte[] key = bytes("large");
    GeneratedValue content = new GeneratedValue(3, 2 << 20);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(key, content.stream());
    copy(key, out);
    content.check(new ByteArrayInputStream(out.toByteArray()));
    assertThat(length(key)).isEqualTo(content.length());
  }

  private static void write(byte[] key, InputStream in) {
    kv.putStream(key, in);
  }

  private static void copy(byte[] key, OutputStream out) throws IOException {
    // javadoc: LargeValue
    try (LargeValue value = kv.openStream(key)) {
      if (value != null) {
        value.transferTo(out); // one version, whatever is written meanwhile
      }
    }
    // javadoc ends
  }

  private static long length(byte[] key) {
    // javadoc: LargeValueException
    try {
      byte[] value = kv.get(key);
      return value == null ? 0 : value.length;
    } catch (LargeValueException e) {
      return e.length(); // openStream reads it
    }
    // javadoc ends
  }

  @Test
  void generatedValues() throws IOException {
    byte[] key = bytes("generated");
    // javadoc: GeneratedValue
    GeneratedValue generated = new GeneratedValue(42, 3 << 20);
    kv.putStream(key, generated.stream());
    try (LargeValue found = kv.openStream(key)) {
      generated.check(found);
    }
    // javadoc ends
  }

  @Test
  void histories() throws IOException {
    HistoryExamples examples = new HistoryExamples(cluster);
    examples.onAReplica(folder.resolve("history.txt"));
    examples.ofAnotherStore();
  }

  @Test
  void watches() {
    new WatchExamples(kv).run();
  }

  @Test
  void replicas() {
    new ReplicaExamples(cluster.awaitLeader()).run();
  }

  private static byte[] next(byte[] number) {
    return bytes(Integer.toString(number == null ? 1 : Integer.parseInt(text(number)) + 1));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
