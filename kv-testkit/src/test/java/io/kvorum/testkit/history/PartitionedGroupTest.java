// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvorum.testkit.process.NamespaceHosts;
import io.kvorum.testkit.process.ProcessCluster;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Histories while the network between the replicas is cut, in one direction or both. */
@Timeout(900)
class PartitionedGroupTest {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @BeforeAll
  static void hostsCanBeMade() {
    Optional<String> reason = NamespaceHosts.unavailable();
    reason.ifPresent(why -> System.out.println("partitions are not tested: " + why));
    assumeTrue(reason.isEmpty());
  }

  @Test
  void historiesUnderPartitionsAreThoseOfOneStore() throws Exception {
    NamespaceHosts[] current = new NamespaceHosts[1];
    FaultyHistory.check(
        folder,
        () -> current[0] = NamespaceHosts.create(3),
        true,
        (cluster, kind, somebody) -> {
          cut(current[0], cluster, kind, somebody);
          current[0].heal();
        });
  }

  private static void cut(NamespaceHosts hosts, ProcessCluster cluster, int kind, String somebody)
      throws InterruptedException {
    String leader = cluster.awaitLeader();
    switch (kind % 5) {
      case 0 -> {
        hosts.isolate(leader);
        String unused = cluster.awaitLeaderAmong(cluster.others(leader));
      }
      case 1 -> hosts.isolate(somebody);
      case 2 -> {
        // Its heartbeats are lost, it hears the others well.
        cluster.others(leader).forEach(other -> hosts.cut(leader, other));
        String unused = cluster.awaitLeaderAmong(cluster.others(leader));
      }
      case 3 -> {
        // It hears nobody, they go on hearing it.
        cluster.others(leader).forEach(other -> hosts.cut(other, leader));
        FaultyHistory.calm();
      }
      default -> {
        // Only between the leader and one of the others.
        hosts.cut(leader, cluster.others(leader).get(kind % 2));
        hosts.cut(cluster.others(leader).get(kind % 2), leader);
      }
    }
    FaultyHistory.calm();
  }
}
