// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.AddressInUseException;
import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.KvNode;
import io.kvorum.raft.ReplicaHash;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three replicas in this process. */
@Timeout(90)
class LocalClusterTest {

  @TempDir Path folder;

  private LocalCluster cluster;

  @BeforeEach
  void startCluster() {
    cluster = LocalCluster.start(folder, 3, builder -> builder.checkpointEvery(1_000));
  }

  @AfterEach
  void sameEverywhereThenNothingIsLeft() {
    if (cluster.running().size() == 3) {
      cluster.awaitLeader();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                Set<ReplicaHash> hashes = new HashSet<>();
                cluster.running().forEach(node -> hashes.add(node.hash()));
                assertThat(hashes).hasSize(1);
              });
    }
    cluster.close();
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @Test
  void writesAndReadsThroughEveryReplica() {
    cluster.awaitLeader();
    for (KvNode node : cluster.running()) {
      ReplicatedKv kv = node.kv();
      byte[] key = bytes(node.id());
      Commit put = kv.put(key, bytes("1"));
      Commit write =
          kv.write(List.of(Mutation.put(key, bytes("2")), Mutation.put(bytes("x"), bytes("3"))));
      assertThat(write.timestamp()).isGreaterThan(put.timestamp());
      for (KvNode reader : cluster.running()) {
        assertThat(reader.kv().get(key)).isEqualTo(bytes("2"));
        assertThat(reader.kv().getAsync(bytes("x")).join()).isEqualTo(bytes("3"));
        assertThat(reader.kv().scan(KeyRange.prefix(key), 10))
            .containsExactly(new KeyValue(key, bytes("2")));
      }
      kv.deleteAsync(key).join();
      kv.putAsync(bytes("p/1"), bytes("v")).join();
      kv.writeAsync(List.of(Mutation.put(bytes("p/2"), bytes("v")))).join();
      assertThat(kv.scanAsync(KeyRange.prefix(bytes("p/")), 10).join()).hasSize(2);
      kv.deletePrefixAsync(bytes("p/")).join();
      for (KvNode reader : cluster.running()) {
        assertThat(reader.kv().get(key)).isNull();
        assertThat(reader.kv().scan(KeyRange.prefix(bytes("p/")), 10)).isEmpty();
      }
    }
  }

  @Test
  void everyReplicaSeesEachAcknowledgedWriteAtOnce() {
    KvNode leader = cluster.awaitLeader();
    List<KvNode> nodes = cluster.running();
    for (int i = 0; i < 60; i++) {
      byte[] value = bytes("v" + i);
      nodes.get(i % 3).kv().put(bytes("k"), value);
      assertThat(nodes.get((i + 1) % 3).kv().get(bytes("k"))).isEqualTo(value);
    }
    assertThat(leader.failure()).isEmpty();
  }

  @Test
  void movesLeadershipAndGoesOn() {
    KvNode old = cluster.awaitLeader();
    KvNode follower = cluster.awaitFollower();
    old.kv().put(bytes("a"), bytes("1"));
    // Asked of a third replica, which passes it on.
    KvNode third =
        cluster.running().stream().filter(n -> n != old && n != follower).findFirst().orElseThrow();
    third.transferLeadership(follower.id(), Duration.ofSeconds(20));
    follower.transferLeadership(follower.id(), Duration.ofSeconds(20));
    assertThat(follower.isLeader()).isTrue();
    old.kv().put(bytes("b"), bytes("2"));
    assertThat(third.kv().get(bytes("a"))).isEqualTo(bytes("1"));
    assertThat(third.kv().get(bytes("b"))).isEqualTo(bytes("2"));
  }

  @Test
  void survivesTheRestartOfEachAndOfAll() {
    cluster.awaitLeader();
    int written = 0;
    for (String id : cluster.ids()) {
      cluster.node(id).kv().put(bytes("k" + written++), bytes(id));
      cluster.restart(id);
      cluster.node(id).kv().put(bytes("k" + written++), bytes(id));
    }
    for (String id : cluster.ids()) {
      cluster.stop(id);
    }
    for (String id : cluster.ids()) {
      cluster.start(id);
    }
    for (KvNode node : cluster.running()) {
      assertThat(node.kv().scan(KeyRange.all(), 100)).hasSize(written);
    }
    byte[] key = bytes("k");
    byte[] value = bytes("v");
    // javadoc: LocalCluster
    KvNode follower = cluster.awaitFollower(); // of LocalCluster.start(folder, 3)
    cluster.stop(follower.id());
    cluster.awaitKv().put(key, value); // two of three are a majority
    KvNode restarted = cluster.start(follower.id());
    byte[] found = restarted.kv().get(key);
    // javadoc ends
    assertThat(found).isEqualTo(value);
  }

  @Test
  void saysSoWhenTheMajorityIsGone() {
    KvNode leader = cluster.awaitLeader();
    leader.kv().put(bytes("a"), bytes("1"));
    for (KvNode node : cluster.running()) {
      if (node != leader) {
        cluster.stop(node.id());
      }
    }
    ReplicatedKv kv = leader.kv().withTimeout(Duration.ofSeconds(2));
    // The leader still believes in itself at first: this write goes into its log.
    assertThatThrownBy(() -> kv.put(bytes("b"), bytes("2")))
        .isInstanceOfAny(OutcomeUnknownException.class, UnavailableException.class);
    assertThatThrownBy(() -> kv.get(bytes("a"))).isInstanceOf(UnavailableException.class);
    await().atMost(Duration.ofSeconds(30)).until(() -> !leader.isLeader());
    assertThatThrownBy(() -> kv.put(bytes("c"), bytes("3")))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("not proposed");
    for (String id : cluster.ids()) {
      if (!id.equals(leader.id())) {
        cluster.start(id);
      }
    }
    assertThat(leader.kv().get(bytes("a"))).isEqualTo(bytes("1"));
    assertThat(leader.kv().get(bytes("c"))).isNull();
    leader.kv().put(bytes("d"), bytes("4"));
  }

  @Test
  void refusesAPortInUse() {
    cluster.awaitLeader();
    String taken = cluster.address("n1");
    assertThatThrownBy(
            () ->
                KvNode.builder()
                    .dataDir(folder.resolve("other"))
                    .peer("n1", taken)
                    .group(cluster.group())
                    .start())
        .isInstanceOf(AddressInUseException.class)
        .hasMessageContaining(taken);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
