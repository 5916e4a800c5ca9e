// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.server.GroupServer;
import io.kvorum.raft.server.Timer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Confirms that this replica still leads, in rounds of term probes that many reads share. Each
 * round ends, at the latest milliseconds after the round timeout, and leaves a lease behind.
 */
final class LeadershipRounds {

  private final GroupServer server;
  private final PeerLinks peers;
  private final Timer timer;
  private final LeaderLease lease;
  private final long roundNanos;
  private final SharedRounds<Long> rounds;

  private volatile Set<String> lastMajority = Set.of();

  LeadershipRounds(
      GroupServer server, PeerLinks peers, Timer timer, LeaderLease lease, long roundNanos) {
    this.server = server;
    this.peers = peers;
    this.timer = timer;
    this.lease = lease;
    this.roundNanos = roundNanos;
    this.rounds = new SharedRounds<>(timer, this::round);
  }

  /**
   * Completes with the term in which this replica led when the round began, while a majority was
   * still in that term; fails with {@link NotConfirmedException}.
   */
  CompletableFuture<Long> confirm() {
    long term = server.term();
    if (server.isReadyLeader() && server.voters().isMajority(Set.of(server.self()))) {
      return CompletableFuture.completedFuture(term); // nobody else could have been elected
    }
    return rounds.ask();
  }

  private CompletableFuture<Long> round() {
    long began = System.nanoTime();
    long term = server.term();
    if (!server.isReadyLeader()) {
      return CompletableFuture.failedFuture(
          new NotConfirmedException("this replica does not lead"));
    }
    Round round = new Round(term, server.self(), server.voters());
    Probes probes =
        new Probes(
            round,
            lastMajority,
            peer -> peers.ask(peer, new PeerRequest.TermProbe(server.self())),
            timer,
            roundNanos);
    probes.begin();
    return round.verdict().thenApply(confirmation -> granted(confirmation, began));
  }

  private long granted(Round.Confirmation confirmation, long beganNanos) {
    lastMajority = confirmation.majority();
    lease.grant(confirmation.term(), beganNanos, confirmation.promiseMillis());
    return confirmation.term();
  }
}
