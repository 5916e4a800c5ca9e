// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.server.GroupServer;
import io.kvorum.raft.server.Timer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Confirms that this replica still leads, in rounds of term probes that many reads share. Each
 * round ends, at the latest after the round timeout, and leaves a lease behind.
 */
final class LeadershipRounds {

  private final GroupServer server;
  private final PeerLinks peers;
  private final Timer timer;
  private final LeaderLease lease;
  private final long roundNanos;
  private final SharedRounds<Long> rounds;

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
    for (String peer : round.others()) {
      peers
          .ask(peer, new PeerRequest.TermProbe(server.self()))
          .whenComplete((answer, error) -> count(round, peer, answer, error))
          .exceptionally(e -> null);
    }
    if (!round.verdict().isDone()) {
      timer.later(
          roundNanos,
          () -> round.fail("no majority answered within " + roundNanos / 1_000_000 + " ms"));
    }
    return round.verdict().thenApply(confirmation -> granted(confirmation, began));
  }

  private long granted(Round.Confirmation confirmation, long beganNanos) {
    lease.grant(confirmation.term(), beganNanos, confirmation.promiseMillis());
    return confirmation.term();
  }

  private static void count(
      Round round, String peer, @Nullable PeerAnswer answer, @Nullable Throwable error) {
    if (answer instanceof PeerAnswer.Term term) {
      round.answered(peer, term.term(), term.promiseMillis());
    } else {
      round.silent(peer, String.valueOf(answer == null ? error : answer));
    }
  }
}
