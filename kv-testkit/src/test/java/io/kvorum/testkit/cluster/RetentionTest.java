// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccStore;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Old versions go by themselves, on every replica, and an idle group stays idle. */
@Timeout(180)
class RetentionTest {

  private static final long MILLI = 1L << 16;

  @TempDir Path folder;

  @Test
  void whatIsOldGoesOnEveryReplicaAndThenTheLogRests() {
    try (LocalCluster cluster = start(Duration.ofSeconds(3))) {
      KvNode leader = cluster.awaitLeader();
      byte[] kept = "kept".getBytes(UTF_8);
      byte[] gone = "gone".getBytes(UTF_8);
      byte[] expires = "expires".getBytes(UTF_8);
      Commit first = leader.kv().put(gone, new byte[1]);
      long soon = first.timestamp() + 1_000 * MILLI;
      Commit unused =
          leader
              .kv()
              .write(
                  List.of(
                      Mutation.put(expires, new byte[1], soon), Mutation.put(kept, new byte[1])));
      MvccCursor pinned =
          leader.kv().openCursor(KeyRange.all(), false, ReadOptions.at(first.timestamp()));
      for (int i = 0; i < 200; i++) {
        unused = leader.kv().put(kept, ("v" + i).getBytes(UTF_8));
      }
      unused = leader.kv().delete(gone);
      for (KvNode node : cluster.running()) {
        MvccStore store = node.store();
        await()
            .atMost(60, SECONDS)
            .until(
                () ->
                    store.latestCommitTs(gone).isEmpty()
                        && store.latestCommitTs(expires).isEmpty());
        assertThat(store.getAt(kept, store.lastCommitTs())).isEqualTo("v199".getBytes(UTF_8));
        assertThatThrownBy(() -> store.getAt(kept, first.timestamp()))
            .isInstanceOf(ReadTimestampCompactedException.class);
        assertThatThrownBy(() -> node.kv().get(kept, ReadOptions.at(first.timestamp())))
            .isInstanceOf(ReadTimestampCompactedException.class);
      }
      assertThat(pinned.next()).isTrue(); // what it sees is kept for it
      assertThat(pinned.key()).isEqualTo(gone);
      pinned.close();
      cluster.awaitConverged();

      // Nothing is left to collect, so nothing is written.
      long last = leader.logBacklog().lastIndex();
      await()
          .during(3, SECONDS)
          .atMost(10, SECONDS)
          .until(() -> leader.logBacklog().lastIndex() == last);
      assertThat(cluster.running().stream().map(KvNode::hash).distinct()).hasSize(1);
    }
  }

  @Test
  void nothingGoesBeforeItsTime() {
    try (LocalCluster cluster = start(Duration.ofDays(36_500))) {
      KvNode leader = cluster.awaitLeader();
      byte[] key = "k".getBytes(UTF_8);
      Commit first = leader.kv().put(key, "1".getBytes(UTF_8));
      Commit second = leader.kv().put(key, "2".getBytes(UTF_8));
      assertThat(second.timestamp()).isGreaterThan(first.timestamp());
      assertThat(leader.store().minRetainedTs()).isZero();
      assertThat(leader.kv().get(key, ReadOptions.at(first.timestamp())))
          .isEqualTo("1".getBytes(UTF_8));
    }
  }

  private LocalCluster start(Duration retention) {
    return LocalCluster.start(folder, 3, builder -> builder.retention(retention));
  }
}
