// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.KvException;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.util.TimeDuration;

/**
 * Changes who votes in a running group, by Ratis's own client: a node offers no call for it yet.
 */
final class Membership {

  private static final String CLUSTER = "kvorum";
  private static final Duration TRANSFER = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final TimeDuration PAUSE = TimeDuration.valueOf(20, TimeUnit.MILLISECONDS);

  private Membership() {}

  /**
   * Returns when these, and nobody else, are the members. Two things stand in its way in Ratis
   * 3.3.0. One that asks for votes before the leader takes it in is sent away by it, and is started
   * again here. And one that was still a member when its leader was elected, and has left since, is
   * refused by that leader for ever ("Found duplicated element"), so another leads then.
   */
  static void change(LocalCluster cluster, List<String> voters) {
    RaftGroup all =
        RaftGroup.valueOf(
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes(CLUSTER.getBytes(UTF_8))),
            peers(cluster, cluster.ids()));
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (RaftClient client =
        RaftClient.newBuilder()
            .setProperties(new RaftProperties())
            .setRaftGroup(all)
            .setRetryPolicy(RetryPolicies.retryUpToMaximumCountWithFixedSleep(20, PAUSE))
            .build()) {
      String why = "";
      while (System.nanoTime() - end < 0) {
        try {
          RaftClientReply reply = client.admin().setConfiguration(peers(cluster, voters));
          if (reply.isSuccess()) {
            return;
          }
          why = String.valueOf(reply.getException());
        } catch (IOException e) {
          why = e.toString(); // no leader, or one that steps down; the next one is asked
        }
        startAgain(cluster);
        changeLeader(cluster);
      }
      throw new IllegalStateException("the members are not " + voters + ": " + why);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void startAgain(LocalCluster cluster) {
    cluster.running().stream()
        .filter(node -> node.failure().isPresent())
        .forEach(node -> cluster.restart(node.id()));
  }

  private static void changeLeader(LocalCluster cluster) {
    Optional<KvNode> leader = cluster.leader();
    if (leader.isPresent()) {
      String next = leader.get().id().equals("n1") ? "n2" : "n1";
      try {
        leader.get().transferLeadership(next, TRANSFER);
      } catch (KvException e) {
        // The next attempt meets whoever leads then.
      }
    }
  }

  private static List<RaftPeer> peers(LocalCluster cluster, List<String> ids) {
    return ids.stream()
        .map(id -> RaftPeer.newBuilder().setId(id).setAddress(cluster.address(id)).build())
        .toList();
  }
}
