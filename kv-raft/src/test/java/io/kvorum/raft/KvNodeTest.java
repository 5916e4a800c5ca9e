// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreLockedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.log.RaftLogTail;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A group of one replica. */
@Timeout(60)
class KvNodeTest {

  @TempDir Path dir;

  @AfterEach
  void nothingNativeIsLeft() {
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @Test
  void writesAndReads() {
    try (KvNode node = KvNode.open(dir)) {
      Commit first = node.kv().put(bytes("a"), bytes("1"));
      Commit second =
          node.kv()
              .write(
                  List.of(
                      Mutation.put(bytes("b"), bytes("2")),
                      Mutation.put(bytes("c"), bytes("3")),
                      Mutation.delete(bytes("a"))));
      assertThat(second.timestamp()).isGreaterThan(first.timestamp());
      assertThat(second.position().isAfter(first.position())).isTrue();
      assertThat(node.kv().get(bytes("a"))).isNull();
      assertThat(node.kv().scan(KeyRange.all(), 10))
          .containsExactly(
              new KeyValue(bytes("b"), bytes("2")), new KeyValue(bytes("c"), bytes("3")));
      node.kv().deletePrefix(bytes("b"));
      assertThat(node.kv().getAsync(bytes("b")).join()).isNull();
      assertThat(node.kv().getAsync(bytes("c")).join()).isEqualTo(bytes("3"));
      assertThat(node.isLeader()).isTrue();
      assertThat(node.leader()).contains(node.id());
    }
  }

  @Test
  void keepsEverythingThroughRestartsAndCheckpoints() {
    LogPosition checkpoint;
    try (KvNode node = KvNode.open(dir)) {
      node.kv().put(bytes("a"), bytes("1"));
      checkpoint = node.checkpoint(Duration.ofSeconds(20));
      assertThat(checkpoint).isEqualTo(node.appliedPosition());
      node.kv().put(bytes("b"), bytes("2"));
    }
    String hash;
    try (KvNode node = KvNode.open(dir)) {
      assertThat(node.kv().get(bytes("a"))).isEqualTo(bytes("1"));
      assertThat(node.kv().get(bytes("b"))).isEqualTo(bytes("2"));
      assertThat(node.checkpoint(Duration.ofSeconds(20)).isAfter(checkpoint)).isTrue();
      ReplicaHash whole = node.hash();
      assertThat(whole.position()).isEqualTo(node.appliedPosition());
      assertThat(whole.sha256()).matches("[0-9a-f]{64}").isEqualTo(node.hash().sha256());
      hash = whole.sha256();
      node.kv().put(bytes("c"), bytes("3"));
      assertThat(node.hash().sha256()).isNotEqualTo(hash);
    }
  }

  @Test
  void oneNodeADirectory() {
    try (KvNode node = KvNode.open(dir)) {
      assertThatThrownBy(() -> KvNode.open(dir))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining(dir.toString());
      node.kv().put(bytes("a"), bytes("1"));
    }
    KvNode.open(dir).close();
  }

  @Test
  void handsOutGuardedStores() {
    try (KvNode node = KvNode.open(dir)) {
      node.kv().put(bytes("a"), bytes("1"));
      assertThat(node.store().getAt(bytes("a"), Long.MAX_VALUE)).isEqualTo(bytes("1"));
      assertThatThrownBy(() -> node.store().putAt(bytes("a"), bytes("x"), 9, 0))
          .isInstanceOf(KvException.class)
          .hasMessageContaining("differ from the other replicas");
      assertThatThrownBy(() -> node.store().openRaftBatch()).isInstanceOf(KvException.class);
      assertThatThrownBy(() -> node.store().compact(1, () -> false))
          .isInstanceOf(KvException.class);
      node.localStore().putAt(bytes("a"), bytes("mine"), 9, 0);
      assertThat(node.localStore().getAt(bytes("a"), 9)).isEqualTo(bytes("mine"));
      assertThatThrownBy(() -> node.localStore().openRaftBatch())
          .isInstanceOf(KvException.class)
          .hasMessageContaining("direct");
      node.store().close();
      node.localStore().close();
      assertThat(node.kv().get(bytes("a"))).isEqualTo(bytes("1"));
    }
    try (KvNode node = KvNode.open(dir)) {
      assertThat(node.localStore().getAt(bytes("a"), 9)).isEqualTo(bytes("mine"));
    }
  }

  @Test
  void refusesBadArgumentsBeforeAnythingChanged() {
    try (KvNode node = KvNode.open(dir)) {
      node.kv().put(bytes("a"), bytes("1"));
      LogPosition before = node.appliedPosition();
      assertThatThrownBy(() -> node.kv().put(new byte[0], bytes("1")))
          .isInstanceOf(InvalidArgumentException.class);
      assertThatThrownBy(() -> node.kv().write(List.of()))
          .isInstanceOf(InvalidArgumentException.class);
      byte[] half = new byte[9 << 20];
      assertThatThrownBy(
              () ->
                  node.kv()
                      .write(
                          List.of(Mutation.put(bytes("x"), half), Mutation.put(bytes("y"), half))))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("allowed are");
      assertThatThrownBy(() -> node.kv().withTimeout(Duration.ZERO))
          .isInstanceOf(InvalidArgumentException.class);
      assertThat(node.appliedPosition()).isEqualTo(before);
      node.kv().put(bytes("x"), new byte[16 << 20]);
    }
  }

  @Test
  void refusesMoreThanMayBeInFlight() {
    try (KvNode node = KvNode.builder().dataDir(dir).maxInFlight(2, 1 << 20).start()) {
      node.kv().put(bytes("a"), bytes("1"));
      List<CompletableFuture<Commit>> accepted = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                while (true) {
                  accepted.add(node.kv().putAsync(bytes("k" + accepted.size()), bytes("v")));
                }
              })
          .isInstanceOf(OverloadedException.class);
      CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
      assertThat(node.kv().scan(KeyRange.prefix(bytes("k")), 1_000_000)).hasSize(accepted.size());
    }
  }

  @Test
  void refusesCallsOnceClosed() {
    KvNode node = KvNode.open(dir);
    node.close();
    node.close();
    assertThatThrownBy(() -> node.kv().put(bytes("a"), bytes("1")))
        .isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> node.kv().get(bytes("a"))).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> node.awaitApplied(99, Duration.ofSeconds(1)))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void awaitsALogIndex() {
    try (KvNode node = KvNode.open(dir)) {
      Commit commit = node.kv().put(bytes("a"), bytes("1"));
      long next = commit.position().index() + 1;
      assertThatThrownBy(() -> node.awaitApplied(next + 5, Duration.ofMillis(50)))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("log index " + (next + 5));
      node.kv().put(bytes("a"), bytes("2"));
      assertThat(node.awaitApplied(next, Duration.ofSeconds(5)).index())
          .isGreaterThanOrEqualTo(next);
    }
  }

  @Test
  void namesADamagedLogFile() throws IOException {
    try (KvNode node = KvNode.open(dir)) {
      for (int i = 0; i < 100; i++) {
        node.kv().put(bytes("key" + i), bytes("value" + i));
      }
    }
    Path file;
    try (Stream<Path> files = Files.walk(dir.resolve("raft"))) {
      file =
          files
              .filter(f -> f.getFileName().toString().startsWith("log_"))
              .findFirst()
              .orElseThrow();
    }
    byte[] log = Files.readAllBytes(file);
    log[log.length / 2] ^= 0x10;
    Files.write(file, log);
    assertThatThrownBy(() -> KvNode.open(dir))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void anExpiryIsJudgedAtTheNewestCommit() {
    try (KvNode node = KvNode.open(dir)) {
      long now = node.kv().put(bytes("a"), bytes("1")).timestamp();
      long later = now + (Duration.ofHours(1).toMillis() << 16);
      node.kv().write(List.of(Mutation.put(bytes("stays"), bytes("v"), later)));
      node.kv().write(List.of(Mutation.put(bytes("goes"), bytes("v"), now + 1)));
      assertThat(node.kv().get(bytes("stays"))).isEqualTo(bytes("v"));
      assertThat(node.kv().get(bytes("goes"))).isNull();
      assertThat(node.kv().getAsync(bytes("stays")).join()).isEqualTo(bytes("v"));
      assertThat(node.kv().scan(KeyRange.all(), 10))
          .extracting(KeyValue::key)
          .containsExactly(bytes("a"), bytes("stays"));
    }
  }

  /** Otherwise new entries would take the indexes of lost ones, and be skipped as applied. */
  /** As a power loss leaves it that took what an installed checkpoint has purged back to life. */
  @Test
  void writesOnBehindACheckpointThatTheLogDoesNotReach() throws IOException {
    try (KvNode node = KvNode.open(dir)) {
      node.kv().put(bytes("a"), bytes("1"));
    }
    Map<Path, byte[]> earlier = log();
    try (KvNode node = KvNode.open(dir)) {
      node.kv().put(bytes("b"), bytes("2"));
      node.checkpoint(Duration.ofSeconds(20));
    }
    for (Path file : log().keySet()) {
      Files.delete(file);
    }
    for (Map.Entry<Path, byte[]> file : earlier.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
    try (Stream<Path> store = Files.walk(dir.resolve("store"))) { // the checkpoint brings it back
      for (Path file : store.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    try (KvNode node = KvNode.open(dir)) {
      node.kv().put(bytes("c"), bytes("3"));
      assertThat(node.kv().get(bytes("b"))).isEqualTo(bytes("2"));
    }
    try (KvNode node = KvNode.open(dir)) {
      assertThat(node.kv().get(bytes("c"))).isEqualTo(bytes("3"));
    }
  }

  /** A header alone, a header and zeros, half a header: Ratis deletes such a file itself. */
  @Test
  void startsWithAnOpenSegmentThatHoldsNoEntry() throws IOException {
    byte[] header = "RaftLog1".getBytes(UTF_8);
    for (byte[] content : List.of(header, Arrays.copyOf(header, 4096), Arrays.copyOf(header, 4))) {
      try (KvNode node = KvNode.open(dir)) {
        node.kv().put(bytes("a"), content);
      }
      Path open =
          log().keySet().stream()
              .filter(f -> f.getFileName().toString().startsWith("log_inprogress_"))
              .findAny()
              .orElseThrow();
      long last = RaftLogTail.check(open.resolveSibling(""), 1 << 20).range().last();
      String closed = open.getFileName().toString().replace("inprogress_", "") + "-" + last;
      Files.move(open, open.resolveSibling(closed));
      Files.write(open.resolveSibling("log_inprogress_" + (last + 1)), content);
      try (KvNode node = KvNode.open(dir)) {
        node.kv().put(bytes("b"), content);
        node.checkpoint(Duration.ofSeconds(20));
        node.kv().put(bytes("c"), content);
        assertThat(node.kv().get(bytes("a"))).isEqualTo(content);
      }
    }
  }

  private Map<Path, byte[]> log() throws IOException {
    Map<Path, byte[]> segments = new HashMap<>();
    try (Stream<Path> files = Files.walk(dir.resolve("raft"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("log_")).toList()) {
        segments.put(file, Files.readAllBytes(file));
      }
    }
    return segments;
  }

  @Test
  void refusesToStartWhenTheLogHasLostItsEnd() throws IOException {
    try (KvNode node = KvNode.open(dir)) {
      for (int i = 0; i < 10; i++) {
        node.kv().put(bytes("k" + i), bytes("v"));
      }
    }
    try (Stream<Path> files = Files.walk(dir.resolve("raft"))) {
      Path log =
          files.filter(f -> f.getFileName().toString().startsWith("log_")).findAny().orElseThrow();
      Files.delete(log);
    }
    assertThatThrownBy(() -> KvNode.open(dir).close())
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("the end of the log is lost");
  }

  @Test
  void startsByItselfAfterATornLastWrite() throws IOException {
    try (KvNode node = KvNode.open(dir)) {
      node.kv().put(bytes("a"), bytes("1"));
    }
    Path file;
    try (Stream<Path> files = Files.walk(dir.resolve("raft"))) {
      file =
          files
              .filter(f -> f.getFileName().toString().startsWith("log_inprogress"))
              .findFirst()
              .orElseThrow();
    }
    byte[] log = Files.readAllBytes(file);
    byte[] torn = Arrays.copyOf(log, log.length + 300);
    torn[log.length] = (byte) 0xC8;
    torn[log.length + 1] = 1;
    torn[log.length + 2] = 8;
    Files.write(file, torn);
    try (KvNode node = KvNode.open(dir)) {
      assertThat(node.kv().get(bytes("a"))).isEqualTo(bytes("1"));
      node.kv().put(bytes("b"), bytes("2"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
