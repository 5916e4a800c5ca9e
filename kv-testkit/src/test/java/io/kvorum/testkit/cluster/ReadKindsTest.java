// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.ScanPage;
import io.kvorum.api.ScanToken;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.KvNode;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of read, on every replica. */
@Timeout(90)
class ReadKindsTest {

  @TempDir private static Path folder;

  private static LocalCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = LocalCluster.start(folder.resolve("shared"), 3);
  }

  @AfterAll
  static void nothingIsLeft() {
    cluster.close();
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @BeforeEach
  void empty() {
    cluster.awaitLeader().kv().deletePrefix(new byte[0]);
  }

  static Stream<ReadOptions> fresh() {
    return Stream.of(
        ReadOptions.linearizable(), ReadOptions.lease(), ReadOptions.stale(Duration.ZERO));
  }

  @ParameterizedTest
  @MethodSource("fresh")
  void aFreshReadSeesEveryAcknowledgedWriteOnEveryReplica(ReadOptions options) {
    List<KvNode> nodes = cluster.running();
    for (int i = 0; i < 30; i++) {
      byte[] value = bytes("v" + i);
      nodes.get(i % 3).kv().put(bytes("k"), value);
      for (KvNode reader : nodes) {
        assertThat(reader.kv().get(bytes("k"), options)).isEqualTo(value);
        assertThat(reader.kv().getAsync(bytes("k"), options).join()).isEqualTo(value);
      }
    }
  }

  @Test
  void aLeaseDoesNotOutliveAHandOver() {
    for (int i = 0; i < 3; i++) {
      KvNode leader = cluster.awaitLeader();
      KvNode next = cluster.awaitFollower();
      leader.kv().put(bytes("k"), bytes("old" + i));
      assertThat(leader.kv().get(bytes("k"), ReadOptions.lease())).isEqualTo(bytes("old" + i));
      leader.transferLeadership(next.id(), Duration.ofSeconds(20));
      next.kv().put(bytes("k"), bytes("new" + i));
      assertThat(leader.kv().get(bytes("k"), ReadOptions.lease())).isEqualTo(bytes("new" + i));
    }
  }

  @Test
  void readsItsOwnWritesOnAnotherReplica() {
    List<KvNode> nodes = cluster.running();
    for (int i = 0; i < 30; i++) {
      byte[] value = bytes("v" + i);
      Commit commit = nodes.get(i % 3).kv().put(bytes("k"), value);
      byte[] read =
          nodes.get((i + 1) % 3).kv().get(bytes("k"), ReadOptions.atLeast(commit.timestamp()));
      assertThat(read).isEqualTo(value);
    }
  }

  @Test
  void aTimestampThatIsNotReachedIsWaitedForUntilTheDeadline() {
    Commit commit = cluster.running().get(0).kv().put(bytes("k"), bytes("v"));
    for (KvNode node : cluster.running()) {
      ReplicatedKv kv = node.kv().withTimeout(Duration.ofMillis(100));
      for (long ts : new long[] {commit.timestamp() + 1, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> kv.get(bytes("k"), ReadOptions.atLeast(ts)))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("no commit at or above timestamp " + ts);
        assertThatThrownBy(() -> kv.get(bytes("k"), ReadOptions.at(ts)))
            .isInstanceOf(UnavailableException.class);
      }
    }
  }

  @Test
  void theStateAtATimestampIsTheSameEverywhereForEver() {
    List<KvNode> nodes = cluster.running();
    List<Commit> commits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      commits.add(nodes.get(i % 3).kv().put(bytes("k"), bytes("v" + i)));
    }
    for (int round = 0; round < 2; round++) {
      for (KvNode node : nodes) {
        for (int i = 0; i < commits.size(); i++) {
          ReadOptions at = ReadOptions.at(commits.get(i).timestamp());
          assertThat(node.kv().get(bytes("k"), at)).isEqualTo(bytes("v" + i));
        }
        ReadOptions before = ReadOptions.at(commits.get(0).timestamp() - 1);
        assertThat(node.kv().get(bytes("k"), before)).isNull();
      }
      nodes.get(0).kv().deletePrefix(new byte[0]);
    }
  }

  @Test
  void staleReadsAskNobodyWhileTheyAreFreshEnough() {
    try (LocalCluster own = LocalCluster.start(folder.resolve("own"), 3)) {
      own.awaitLeader();
      KvNode follower = own.awaitFollower();
      follower.kv().put(bytes("k"), bytes("v"));
      ReadOptions hour = ReadOptions.stale(Duration.ofHours(1));
      assertThat(follower.kv().get(bytes("k"), hour)).isEqualTo(bytes("v"));
      own.running().stream().filter(node -> node != follower).toList().forEach(KvNode::close);
      ReplicatedKv alone = follower.kv().withTimeout(Duration.ofMillis(300));
      assertThat(alone.get(bytes("k"), hour)).isEqualTo(bytes("v"));
      assertThatThrownBy(() -> alone.get(bytes("k"), ReadOptions.stale(Duration.ZERO)))
          .isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> alone.get(bytes("k"), ReadOptions.lease()))
          .isInstanceOf(UnavailableException.class);
    }
  }

  @Test
  void scansBothWaysAtOneState() {
    ReplicatedKv kv = cluster.running().get(0).kv();
    Commit commit = kv.put(bytes("a"), bytes("1"));
    for (String key : List.of("b", "c", "d")) {
      commit = kv.put(bytes(key), bytes("1"));
    }
    ReadOptions at = ReadOptions.at(commit.timestamp());
    kv.put(bytes("bb"), bytes("2"));
    kv.delete(bytes("d"));
    for (KvNode node : cluster.running()) {
      assertThat(keys(node.kv().scan(KeyRange.all(), 9, at))).containsExactly("a", "b", "c", "d");
      assertThat(keys(node.kv().reverseScan(KeyRange.all(), 2, at))).containsExactly("d", "c");
      assertThat(keys(node.kv().reverseScanAsync(KeyRange.all(), 9, at).join()))
          .containsExactly("d", "c", "b", "a");
      assertThat(keys(node.kv().scan(KeyRange.all(), 9))).containsExactly("a", "b", "bb", "c");
      assertThat(walk(node.kv(), at, false)).containsExactly("a", "b", "c", "d");
      assertThat(walk(node.kv(), at, true)).containsExactly("d", "c", "b", "a");
    }
  }

  @Test
  void pagesNeitherRepeatNorSkipOnWhicheverReplicaAndWhateverIsWrittenMeanwhile() {
    List<String> expected = new ArrayList<>();
    ReplicatedKv first = cluster.running().get(0).kv();
    for (int i = 0; i < 25; i++) {
      byte[] key = {'k', (byte) i}; // with a 00 byte, and one key a prefix of the next
      first.put(key, bytes("v"));
      expected.add(new String(key, UTF_8));
    }
    for (boolean reverse : new boolean[] {false, true}) {
      List<String> seen = new ArrayList<>();
      ScanPage page = first.scanPage(KeyRange.all(), reverse, 4, ReadOptions.linearizable());
      for (int i = 1; ; i++) {
        seen.addAll(keys(page.entries()));
        if (page.next().isEmpty()) {
          break;
        }
        first.put(new byte[] {'k', (byte) i, 1}, bytes("later"));
        first.delete(new byte[] {'k', (byte) (24 - i)});
        ScanToken token = ScanToken.fromBytes(page.next().get().toBytes());
        ReplicatedKv other = cluster.running().get(i % 3).kv();
        page = i % 2 == 0 ? other.scanPage(token, 4) : other.scanPageAsync(token, 4).join();
      }
      List<String> order = new ArrayList<>(expected);
      if (reverse) {
        Collections.reverse(order);
      }
      assertThat(seen).isEqualTo(order);
      first.deletePrefix(new byte[0]);
      for (String key : expected) {
        first.put(key.getBytes(UTF_8), bytes("v"));
      }
    }
  }

  @Test
  void refusesBadArgumentsBeforeAnythingIsAsked() {
    ReplicatedKv kv = cluster.running().get(0).kv();
    for (int limit : new int[] {0, -1, Integer.MAX_VALUE}) {
      assertThatThrownBy(
              () -> kv.scanPage(KeyRange.all(), false, limit, ReadOptions.linearizable()))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("a page's limit is " + limit);
    }
    assertThatThrownBy(() -> ReadOptions.at(-1)).isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> ReadOptions.atLeast(-1)).isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> ReadOptions.stale(Duration.ofNanos(-1)))
        .isInstanceOf(InvalidArgumentException.class);
  }

  private static List<String> walk(ReplicatedKv kv, ReadOptions options, boolean reverse) {
    List<String> keys = new ArrayList<>();
    try (MvccCursor cursor = kv.openCursor(KeyRange.all(), reverse, options)) {
      while (cursor.next()) {
        keys.add(new String(cursor.key(), UTF_8));
      }
    }
    return keys;
  }

  private static List<String> keys(List<KeyValue> entries) {
    return entries.stream().map(entry -> new String(entry.key(), UTF_8)).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
