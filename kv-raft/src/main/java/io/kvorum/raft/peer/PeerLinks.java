// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;

/** Connections to the other replicas of a group, one to each, made when they are first used. */
public final class PeerLinks implements AutoCloseable {

  private static final long CLOSE_SECONDS = 10;

  private final Map<String, PeerLink> links = new HashMap<>();
  private final ExecutorService closer;

  /**
   * @param self this replica, which gets no connection
   * @param properties settings of the transport
   */
  public PeerLinks(String self, RaftGroup group, RaftProperties properties) {
    closer =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "kvorum-" + self + "-links");
              thread.setDaemon(true);
              return thread;
            });
    for (RaftPeer peer : group.getPeers()) {
      if (!peer.getId().toString().equals(self)) {
        links.put(
            peer.getId().toString(), new PeerLink(peer, group.getGroupId(), properties, closer));
      }
    }
  }

  /**
   * Asks a peer. The future fails with {@link NeverSentException} when the peer has certainly not
   * seen the request, with another exception when it may have. It may stay open until the
   * transport's own timeout, so the caller keeps a deadline.
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

  /** Fails what is under way; bounded. */
  @Override
  public void close() {
    links.values().forEach(PeerLink::close);
    closer.shutdown();
    try {
      if (!closer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        closer.shutdownNow();
      }
    } catch (InterruptedException e) {
      closer.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
