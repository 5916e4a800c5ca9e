// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;

/** Connections to the other replicas of a group, one to each, made when they are first used. */
public final class PeerLinks implements AutoCloseable {

  private final Map<String, PeerLink> links = new HashMap<>();

  /**
   * @param self this replica, which gets no connection
   * @param longestMessage of an answer, in bytes
   * @param timeout after which a request that has no answer ends its connection
   */
  public PeerLinks(String self, RaftGroup group, int longestMessage, Duration timeout) {
    for (RaftPeer peer : group.getPeers()) {
      String id = peer.getId().toString();
      if (!id.equals(self)) {
        links.put(
            id,
            new PeerLink(id, () -> dial(peer.getAddress(), longestMessage), timeout.toMillis()));
      }
    }
  }

  private static ManagedChannel dial(String address, int longestMessage) {
    return NettyChannelBuilder.forTarget(address)
        .usePlaintext()
        .proxyDetector(target -> null) // no web proxy of the environment
        .maxInboundMessageSize(longestMessage)
        .build();
  }

  /**
   * Asks a peer. The future fails with {@link NeverSentException} when the peer has certainly not
   * seen the request, with another exception when it may have. It may stay open until the timeout
   * of the connection, so the caller keeps a deadline.
   */
  public CompletableFuture<PeerAnswer> ask(String peer, PeerRequest request) {
    PeerLink link = links.get(peer);
    if (link == null) {
      return CompletableFuture.failedFuture(
          new NeverSentException(peer + " is no other replica of this group", null));
    }
    return link.ask(request);
  }

  /** The peers that could not be reached when they were last asked, each with the reason. */
  public SortedMap<String, String> unreachable() {
    SortedMap<String, String> result = new TreeMap<>();
    links.forEach((peer, link) -> link.trouble().ifPresent(why -> result.put(peer, why)));
    return result;
  }

  /** Fails what is under way. */
  @Override
  public void close() {
    links.values().forEach(PeerLink::close);
  }
}
