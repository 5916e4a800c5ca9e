// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.raft.KvNode;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica that was away for so long that the log of the others no longer reaches it. */
@Timeout(90)
class AbsentReplicaTest {

  @TempDir Path folder;

  private LocalCluster cluster;
  private String away;

  @BeforeEach
  void leaveOneBehind() throws IOException {
    cluster = LocalCluster.start(folder, 3, builder -> builder.checkpointEvery(1_000));
    KvNode leader = cluster.awaitLeader();
    KvNode follower = cluster.awaitFollower();
    away = follower.id();
    follower.localStore().putAt(bytes("own"), bytes("mine"), 7, 0);
    leader.kv().put(bytes("a"), bytes("1"));
    long reached = follower.appliedPosition().index();
    cluster.stop(away);
    byte[] big = new byte[1 << 20];
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 12; i++) {
        leader.kv().put(bytes("big" + i), big);
      }
      for (KvNode node : cluster.running()) {
        cluster.awaitConverged();
        node.checkpoint(Duration.ofSeconds(30));
      }
    }
    for (int i = 0; i < 600; i++) {
      leader.kv().put(bytes("small" + i), bytes("v")); // one by one: each is an entry of its own
    }
    cluster.awaitConverged();
    cluster.running().forEach(node -> node.checkpoint(Duration.ofSeconds(30)));
    for (KvNode node : cluster.running()) {
      // The files go a little later than the checkpoint comes.
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(firstLogIndex(node.id())).isGreaterThan(reached + 1));
    }
  }

  @AfterEach
  void stopAll() {
    cluster.close();
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @Test
  void isBroughtBackByACheckpoint() {
    KvNode back = cluster.start(away);
    assertThat(back.kv().get(bytes("small599"))).isEqualTo(bytes("v"));
    assertThat(back.kv().get(bytes("a"))).isEqualTo(bytes("1"));
    assertThat(back.localStore().getAt(bytes("own"), 7)).isEqualTo(bytes("mine"));
    back.kv().put(bytes("b"), bytes("2"));
    cluster.awaitConverged();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(cluster.running().stream().map(KvNode::hash).distinct()).hasSize(1));
  }

  /* A leader that sent a checkpoint to nobody would look only every five to ten seconds. */
  @Test
  void isLookedForAllTheTime() throws IOException {
    String address = cluster.address(away);
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    try (ServerSocket place = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      Duration seen = Duration.ofSeconds(10);
      // Each look is two connections or more; there were 90 to 116, or 17 by the leader above.
      assertThat(connections(place, seen)).isGreaterThanOrEqualTo(4 * seen.toSeconds());
    }
  }

  private static long connections(ServerSocket place, Duration time) throws IOException {
    long end = System.nanoTime() + time.toNanos();
    long count = 0;
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      place.setSoTimeout((int) Math.max(1, Duration.ofNanos(left).toMillis()));
      try {
        place.accept().close();
        count++;
      } catch (SocketTimeoutException e) {
        break;
      }
    }
    return count;
  }

  /* From the names of the log files: log_5-9, log_inprogress_10. */
  private long firstLogIndex(String id) throws IOException {
    try (Stream<Path> files = Files.walk(cluster.directory(id).resolve("raft"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("log_.*\\d"))
          .mapToLong(name -> Long.parseLong(name.replaceAll("log_(inprogress_)?(\\d+).*", "$2")))
          .min()
          .orElseThrow();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
