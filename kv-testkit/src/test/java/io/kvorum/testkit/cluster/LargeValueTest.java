// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeValue;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.KvNode;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.GeneratedValue;
import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Values that are written as streams, while replicas come and go, and what is left of them. */
@Timeout(180)
final class LargeValueTest {

  private static final int MIB = 1024 * 1024;
  private static final byte[] KEY = "large".getBytes(UTF_8);
  private static final byte[] OTHER = "other".getBytes(UTF_8);
  private static final GeneratedValue VALUE = new GeneratedValue(9, 6 * MIB + 1);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path folder;

  /**
   * Each part is a write as others are: a new leader takes up what the old one has not answered.
   */
  @Test
  void aLeaderThatStopsWhileAValueIsWrittenCostsNothing() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3)) {
      String leader = cluster.awaitLeader().id();
      KvNode writer = cluster.awaitFollower();

      Commit commit =
          writer
              .kv()
              .withTimeout(Duration.ofSeconds(30))
              .putStream(KEY, VALUE.stream(3 * MIB, () -> cluster.stop(leader)));
      cluster.start(leader);

      for (KvNode node : cluster.running()) {
        expect(VALUE, node.kv(), ReadOptions.atLeast(commit.timestamp()));
      }
      expectEqualReplicas(cluster);
    }
  }

  /** And one that is moved away while it takes the parts, from the node that led. */
  @Test
  void leadershipMovesWhileTheLeaderWritesAValue() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3)) {
      KvNode leader = cluster.awaitLeader();
      String next = cluster.awaitFollower().id();

      Commit commit =
          leader
              .kv()
              .withTimeout(Duration.ofSeconds(30))
              .putStream(
                  KEY,
                  VALUE.stream(
                      2 * MIB, () -> leader.transferLeadership(next, Duration.ofSeconds(20))));

      for (KvNode node : cluster.running()) {
        expect(VALUE, node.kv(), ReadOptions.atLeast(commit.timestamp()));
      }
    }
  }

  @Test
  void aReplicaThatRestartsWhileAValueIsWrittenHoldsItWhole() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3)) {
      String restarted = cluster.awaitFollower().id();

      Commit commit =
          cluster.awaitKv().putStream(KEY, VALUE.stream(3 * MIB, () -> cluster.restart(restarted)));

      expect(VALUE, cluster.node(restarted).kv(), ReadOptions.atLeast(commit.timestamp()));
      expectEqualReplicas(cluster);
    }
  }

  /** The writer is gone, so nobody aborts: what it has sent goes when its time is over. */
  @Test
  void whatAWriterThatWasClosedHasSentIsNeverVisibleAndGoes() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3, builder -> impatient(builder, 2))) {
      cluster.awaitLeader();
      KvNode writer = cluster.awaitFollower();
      String id = writer.id();
      assertThatThrownBy(
              () -> writer.kv().putStream(KEY, VALUE.stream(5 * MIB, () -> cluster.stop(id))))
          .isInstanceOf(UnavailableException.class);
      KvNode leader = cluster.awaitLeader();
      assertThat(bytes(leader)).isGreaterThan(4 * MIB);
      assertThat(leader.kv().openStream(KEY)).isNull();

      await("what was sent is collected", () -> bytes(leader) < MIB);
      cluster.start(id);
      expectEqualReplicas(cluster);
    }
    expectNoRecords(3);
  }

  @Test
  void aStreamThatFailsIsAbortedAtOnce() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3)) {
      ReplicatedKv kv = cluster.awaitKv();
      assertThatThrownBy(
              () ->
                  kv.putStream(
                      KEY,
                      VALUE.stream(
                          5 * MIB,
                          () -> {
                            throw new IOException("the source is gone");
                          })))
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("the source is gone");
      assertThat(kv.openStream(KEY)).isNull();
      for (KvNode node : cluster.running()) {
        await("what was sent is deleted", () -> bytes(node) < MIB);
      }
    }
    expectNoRecords(3);
  }

  @Test
  void aStreamThatStandsStillForTooLongIsGivenUp() {
    try (LocalCluster cluster = LocalCluster.start(folder, 1, builder -> impatient(builder, 1))) {
      KvNode node = cluster.awaitLeader();
      assertThatThrownBy(
              () ->
                  node.kv()
                      .putStream(
                          KEY,
                          VALUE.stream(
                              3 * MIB, () -> await("it is given up", () -> bytes(node) < MIB))))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("no progress");
      assertThat(node.kv().openStream(KEY)).isNull();
    }
  }

  /** Overwritten, deleted by itself, with a prefix, expired: all bytes go, those in sight stay. */
  @Test
  void valuesThatNobodyCanReadAnyMoreGoAsAWhole() {
    try (LocalCluster cluster =
        LocalCluster.start(folder, 3, builder -> builder.retention(Duration.ofSeconds(1)))) {
      ReplicatedKv kv = cluster.awaitKv();
      GeneratedValue kept = new GeneratedValue(1, 2 * MIB);
      Commit first = kv.putStream(OTHER, kept.stream());
      for (String key : new String[] {"overwritten", "deleted", "prefix/deleted", "replaced"}) {
        Commit unused = kv.putStream(key.getBytes(UTF_8), VALUE.stream());
      }
      Commit unused = kv.putStream(KEY, VALUE.stream(), first.timestamp() + (500L << 16));
      LargeValue open = kv.openStream("deleted".getBytes(UTF_8));
      unused = kv.put("overwritten".getBytes(UTF_8), OTHER);
      unused = kv.delete("deleted".getBytes(UTF_8));
      unused = kv.deletePrefix("prefix/".getBytes(UTF_8));
      Commit last = kv.putStream("replaced".getBytes(UTF_8), kept.stream());

      for (KvNode node : cluster.running()) {
        await("what nobody can read is collected", () -> bytes(node) < 5 * MIB);
        expect(kept, OTHER, node.kv(), ReadOptions.atLeast(last.timestamp()));
        expect(kept, "replaced".getBytes(UTF_8), node.kv(), ReadOptions.linearizable());
        assertThat(bytes(node)).isGreaterThan(4 * MIB);
      }
      check(VALUE, open); // it was opened before
      expectEqualReplicas(cluster);
    }
  }

  /** The log is purged behind a checkpoint, so what was away gets files, large values included. */
  @Test
  void aReplicaThatWasAwayInstallsACheckpointWithLargeValues() {
    try (LocalCluster cluster =
        LocalCluster.start(folder, 3, builder -> builder.checkpointEvery(8))) {
      cluster.awaitLeader();
      String away = cluster.awaitFollower().id();
      cluster.stop(away);
      ReplicatedKv kv = cluster.awaitKv();
      Commit first = kv.putStream(KEY, VALUE.stream());
      GeneratedValue other = new GeneratedValue(4, 16 * MIB);
      Commit last = kv.putStream(OTHER, other.stream());
      KvNode leader = cluster.awaitLeader();
      assertThat(leader.checkpoint(Duration.ofSeconds(30)).index())
          .isGreaterThan(first.position().index());
      await("the log is purged", () -> leader.logBacklog().firstIndex() > first.position().index());

      KvNode back = cluster.start(away);

      expect(VALUE, back.kv(), ReadOptions.atLeast(last.timestamp()));
      expect(other, OTHER, back.kv(), ReadOptions.atLeast(last.timestamp()));
      expectEqualReplicas(cluster);
    }
  }

  /** The bound on what is in flight holds for streams too; a part waits where a put is refused. */
  @Test
  void partsWaitWhileTooMuchIsInFlight() throws Exception {
    int writers = 5;
    try (LocalCluster cluster =
        LocalCluster.start(folder, 3, builder -> builder.maxInFlight(2, 2 * MIB))) {
      cluster.awaitLeader();
      KvNode follower = cluster.awaitFollower();
      List<Thread> threads = new ArrayList<>();
      List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < writers; i++) {
        byte[] key = ("k" + i).getBytes(UTF_8);
        Thread thread =
            new Thread(
                () -> {
                  Commit unused =
                      follower
                          .kv()
                          .withTimeout(Duration.ofSeconds(60))
                          .putStream(key, VALUE.stream());
                });
        thread.setUncaughtExceptionHandler((t, failure) -> failures.add(failure));
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      for (int i = 0; i < writers; i++) {
        byte[] key = ("k" + i).getBytes(UTF_8);
        expect(VALUE, key, follower.kv(), ReadOptions.linearizable());
      }
    }
  }

  @Test
  void aValueEndsWithItsNode() throws IOException {
    LargeValue open;
    try (LocalCluster cluster = LocalCluster.start(folder, 1)) {
      ReplicatedKv kv = cluster.awaitKv();
      Commit unused = kv.putStream(KEY, VALUE.stream());
      open = kv.openStream(KEY);
    }
    assertThatThrownBy(() -> VALUE.check(open))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("open it again");
    open.close();
    assertThatThrownBy(open::read).isInstanceOf(IOException.class);
  }

  // ---- what is expected ------------------------------------------------------------------------

  private static void expect(GeneratedValue expected, ReplicatedKv kv, ReadOptions options) {
    expect(expected, KEY, kv, options);
  }

  private static void expect(
      GeneratedValue expected, byte[] key, ReplicatedKv kv, ReadOptions options) {
    check(expected, kv.withTimeout(Duration.ofSeconds(30)).openStream(key, options));
  }

  private static void check(GeneratedValue expected, LargeValue found) {
    try (LargeValue value = found) {
      assertThat(value.length()).isEqualTo(expected.length());
      expected.check(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void expectEqualReplicas(LocalCluster cluster) {
    await(
        "all replicas hold the same",
        () -> {
          cluster.awaitConverged();
          return cluster.running().stream().map(KvNode::hash).distinct().count() == 1;
        });
  }

  /** What expires is looked for as often as the retention says. */
  private static void impatient(KvNode.Builder builder, int seconds) {
    builder.uploadTimeToLive(Duration.ofSeconds(seconds)).retention(Duration.ofSeconds(5));
  }

  /** Neither chunks nor an index of them; the cluster is closed. */
  private void expectNoRecords(int replicas) {
    for (int i = 1; i <= replicas; i++) {
      Path dir = folder.resolve("n" + i).resolve("store");
      try (CheckpointableStore store = RocksMvccStore.open(dir, StoreOptions.defaults())) {
        for (String space : new String[] {"u", "v"}) {
          assertThat(store.scanRecords(KeyRange.prefix(space.getBytes(UTF_8)), 1)).isEmpty();
        }
      }
    }
  }

  /** How much the replica holds, versions and the state machine's records. */
  private static long bytes(KvNode node) {
    long[] count = new long[1];
    try (MvccSnapshot snapshot = node.store().snapshot()) {
      snapshot.writeTo(
          new OutputStream() {
            @Override
            public void write(int b) {
              count[0]++;
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
              count[0] += length;
            }
          });
    }
    return count[0];
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited a minute: %s", what).isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }
}
