// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.fsm.ProposalGate;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.server.GroupServer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftClientReply;

/** The ways into the log, as a replica has them. Any thread; no method blocks or throws. */
public interface Route {

  /** This replica. */
  String self();

  /** The leader this replica knows of. */
  Optional<String> leader();

  /** Whether this replica has been elected, ready or not. */
  boolean isElected();

  /** See {@link GroupServer#propose}. */
  CompletableFuture<RaftClientReply> propose(ProposalGate command);

  /** See {@link PeerLinks#ask}. */
  CompletableFuture<PeerAnswer> ask(String peer, PeerRequest request);

  /** See {@link PeerLinks#unreachable}. */
  Map<String, String> unreachable();

  /** The replica's own Raft server, and its connections to the others. */
  static Route of(GroupServer server, PeerLinks peers) {
    return new Route() {
      @Override
      public String self() {
        return server.self();
      }

      @Override
      public Optional<String> leader() {
        return server.leader();
      }

      @Override
      public boolean isElected() {
        return server.isElected();
      }

      @Override
      public CompletableFuture<RaftClientReply> propose(ProposalGate command) {
        return server.propose(command);
      }

      @Override
      public CompletableFuture<PeerAnswer> ask(String peer, PeerRequest request) {
        return peers.ask(peer, request);
      }

      @Override
      public Map<String, String> unreachable() {
        return peers.unreachable();
      }
    };
  }
}
