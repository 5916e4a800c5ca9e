// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.ReplicatedKv;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page about watches shows, done. */
class WatchGuideTest {

  @TempDir Path folder;

  @Test
  void theCopyFollowsTheStoreThroughTheStopOfItsReplica() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3)) {
      ReplicatedKv kv = cluster.awaitKv();
      put(kv, "user/1", "Ada");
      put(kv, "user/2", "Bob");
      put(kv, "other", "x");
      List<ReplicatedKv> replicas = new ArrayList<>();
      cluster.running().forEach(node -> replicas.add(node.kv()));
      try (WatchGuide.Cache cache = new WatchGuide.Cache(replicas, bytes("user/"))) {
        assertThat(cache.copy())
            .containsOnly(Map.entry("user/1", "Ada"), Map.entry("user/2", "Bob"));
        put(kv, "user/3", "Eve");
        awaitCopy(cache, Map.of("user/1", "Ada", "user/2", "Bob", "user/3", "Eve"));

        KvNode follower = cluster.awaitFollower();
        cluster.stop(follower.id()); // perhaps the one that is watched
        var unused = kv.delete(bytes("user/1"));
        awaitCopy(cache, Map.of("user/2", "Bob", "user/3", "Eve"));

        unused = kv.deletePrefix(bytes("user/"));
        awaitCopy(cache, Map.of());
      }
    }
  }

  private static void awaitCopy(WatchGuide.Cache cache, Map<String, String> expected) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(cache.copy()).isEqualTo(expected));
  }

  private static void put(ReplicatedKv kv, String key, String value) {
    var unused = kv.put(bytes(key), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
