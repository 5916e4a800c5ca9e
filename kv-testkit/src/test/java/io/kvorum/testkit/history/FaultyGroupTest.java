// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.testkit.process.Hosts;
import io.kvorum.testkit.process.ProcessCluster;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Histories while replicas are killed, restarted and paused. */
@Timeout(900)
class FaultyGroupTest {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void historiesUnderFaultsAreThoseOfOneStore() throws Exception {
    FaultyHistory.check(folder, () -> Hosts.loopback(3), false, FaultyGroupTest::fault);
  }

  /** Mostly of the leader. */
  private static void fault(ProcessCluster cluster, int kind, String somebody)
      throws InterruptedException {
    switch (kind % 4) {
      case 0 -> killLeader(cluster);
      case 1 -> {
        String leader = cluster.awaitLeader();
        cluster.pause(leader);
        String unused = cluster.awaitLeaderAmong(cluster.others(leader));
        FaultyHistory.calm();
        cluster.resume(leader);
      }
      case 2 -> {
        cluster.pause(somebody);
        FaultyHistory.calm();
        cluster.resume(somebody);
      }
      default -> {
        cluster.kill(somebody);
        FaultyHistory.calm();
        cluster.restart(somebody);
      }
    }
  }

  private static void killLeader(ProcessCluster cluster) throws InterruptedException {
    // javadoc: ProcessCluster
    String leader = cluster.awaitLeader(); // of ProcessCluster.start(folder, 3)
    cluster.kill(leader);
    String next = cluster.awaitLeaderAmong(cluster.others(leader));
    BasicKv kv = cluster.kv(next, Duration.ofSeconds(20)); // until cluster.restart(leader)
    // javadoc ends
    assertThat(kv).isNotNull();
    FaultyHistory.calm();
    cluster.restart(leader);
  }
}
