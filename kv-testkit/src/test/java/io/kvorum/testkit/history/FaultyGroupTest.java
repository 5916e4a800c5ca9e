// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import io.kvorum.testkit.process.Hosts;
import io.kvorum.testkit.process.ProcessCluster;
import java.nio.file.Path;
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
    String leader = cluster.awaitLeader();
    switch (kind % 4) {
      case 0 -> {
        cluster.kill(leader);
        String unused = cluster.awaitLeaderAmong(cluster.others(leader));
        FaultyHistory.calm();
        cluster.restart(leader);
      }
      case 1 -> {
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
}
