// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
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
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final TimeDuration PAUSE = TimeDuration.valueOf(20, TimeUnit.MILLISECONDS);

  private Membership() {}

  /**
   * Returns when these, and nobody else, are the members. One that asks for votes before the leader
   * takes it in is sent away by it, and is started again here.
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
            .setRetryPolicy(RetryPolicies.retryUpToMaximumCountWithFixedSleep(50, PAUSE))
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
        cluster.running().stream()
            .filter(node -> node.failure().isPresent())
            .forEach(node -> cluster.restart(node.id()));
      }
      throw new IllegalStateException("the members are not " + voters + ": " + why);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<RaftPeer> peers(LocalCluster cluster, List<String> ids) {
    return ids.stream()
        .map(id -> RaftPeer.newBuilder().setId(id).setAddress(cluster.address(id)).build())
        .toList();
  }
}
