// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.ReplicatedKv;
import io.kvorum.raft.KvNode;
import io.kvorum.raft.LogBacklog;
import io.kvorum.raft.RaftLogIo;
import io.kvorum.raft.ReplicaHash;
import java.time.Duration;

/** The examples of what a replica tells about itself. */
final class ReplicaExamples {

  private final KvNode node;

  ReplicaExamples(KvNode node) {
    this.node = node;
  }

  void run() {
    assertThat(syncs(node.kv())).isPositive();
    assertThat(replayed(node)).isNotNegative();
    assertThat(diverged(node, node)).isFalse();
  }

  private static long syncs(ReplicatedKv kv) {
    byte[] key = "synced".getBytes(UTF_8);
    byte[] value = {1};
    // javadoc: RaftLogIo
    long before = RaftLogIo.syncs();
    kv.put(key, value);
    long syncs = RaftLogIo.syncs() - before;
    // javadoc ends
    return syncs;
  }

  private static long replayed(KvNode node) {
    // javadoc: LogBacklog
    node.checkpoint(Duration.ofSeconds(30)); // the log up to it can be purged
    LogBacklog backlog = node.logBacklog();
    long kept = backlog.keptEntries();
    long replayed = backlog.replayedEntries(); // by a restart after a power loss
    // javadoc ends
    assertThat(kept).isNotNegative();
    return replayed;
  }

  private static boolean diverged(KvNode here, KvNode there) {
    // javadoc: ReplicaHash
    ReplicaHash mine = here.hash();
    ReplicaHash other = there.hash();
    boolean diverged =
        mine.position().equals(other.position()) && !mine.sha256().equals(other.sha256());
    // javadoc ends
    return diverged;
  }
}
