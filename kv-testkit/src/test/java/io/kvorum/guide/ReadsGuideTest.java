// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.ScanPage;
import io.kvorum.api.ScanToken;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page about reads shows, done on every replica. */
class ReadsGuideTest {

  @TempDir Path folder;

  @Test
  void thePageDoesWhatItSays() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3)) {
      byte[] key = bytes("key");
      ReplicatedKv kv = cluster.awaitKv();
      Commit unused = kv.put(key, bytes("1"));
      Commit second = kv.put(key, bytes("2"));
      for (int i = 0; i < 120; i++) {
        unused = kv.put(bytes(String.format("list/%03d", i)), bytes("12345"));
      }
      KeyRange list = KeyRange.prefix(bytes("list/"));
      for (KvNode node : cluster.running()) {
        ReadsGuide guide = new ReadsGuide(node.kv());
        assertThat(guide.current(key)).isEqualTo(bytes("2"));
        assertThat(guide.currentByLease(key)).isEqualTo(bytes("2"));
        assertThat(guide.before(key, second)).isEqualTo(bytes("1"));
        assertThat(guide.dashboard(list)).hasSizeLessThanOrEqualTo(100);
        assertThat(guide.bytesIn(list)).isEqualTo(120 * 5);
        for (KvNode there : cluster.running()) {
          byte[] value = bytes(node.id() + there.id());
          assertThat(guide.writeHereReadThere(bytes("own"), value, there.kv())).isEqualTo(value);
        }
      }
      assertThat(pagesFromAllReplicas(cluster, list)).hasSize(120);
    }
  }

  private static Set<String> pagesFromAllReplicas(LocalCluster cluster, KeyRange range) {
    Set<String> seen = new HashSet<>();
    byte[] token = null;
    for (int page = 0; page == 0 || token != null; page++) {
      ReadsGuide guide = new ReadsGuide(cluster.running().get(page % 3).kv());
      ScanPage found = guide.page(range, token);
      found
          .entries()
          .forEach(entry -> assertThat(seen.add(new String(entry.key(), UTF_8))).isTrue());
      token = found.next().map(ScanToken::toBytes).orElse(null);
    }
    return seen;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
