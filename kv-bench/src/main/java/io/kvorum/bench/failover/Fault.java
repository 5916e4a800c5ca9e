// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import io.kvorum.testkit.process.ProcessCluster;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What happens to a group. */
enum Fault {
  KILL_LEADER("kill -9 of the leader") {
    @Override
    void begin(ProcessCluster cluster, String leader) {
      cluster.kill(leader);
    }

    @Override
    void end(ProcessCluster cluster, String leader) {
      cluster.restart(leader);
    }
  },
  HAND_OVER("planned transfer of leadership") {
    @Override
    void begin(ProcessCluster cluster, String leader) {
      cluster
          .process(leader)
          .transferLeadership(cluster.others(leader).get(0), Duration.ofSeconds(10));
    }
  },
  PAUSE_LEADER("leader paused for a second") {
    @Override
    void begin(ProcessCluster cluster, String leader) throws InterruptedException {
      pause(cluster, leader);
    }
  },
  PAUSE_FOLLOWER("follower paused for a second") {
    @Override
    void begin(ProcessCluster cluster, String leader) throws InterruptedException {
      pause(cluster, cluster.others(leader).get(0));
    }

    @Override
    String writesAt(ProcessCluster cluster, String leader) {
      return leader;
    }
  };

  private final String text;

  Fault(String text) {
    this.text = text;
  }

  /** In words. */
  String text() {
    return text;
  }

  /** Makes it. */
  abstract void begin(ProcessCluster cluster, String leader) throws InterruptedException;

  /** Mends what does not mend itself, after the measurement. */
  void end(ProcessCluster cluster, String leader) {}

  /** A replica that the fault does not hit, where writers write. */
  String writesAt(ProcessCluster cluster, String leader) {
    return cluster.others(leader).get(1);
  }

  private static void pause(ProcessCluster cluster, String id) throws InterruptedException {
    cluster.pause(id);
    TimeUnit.SECONDS.sleep(1);
    cluster.resume(id);
  }
}
