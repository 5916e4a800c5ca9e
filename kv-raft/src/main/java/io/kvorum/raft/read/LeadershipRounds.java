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
 * Confirms that this replica still leads, in rounds that many reads share.
 *
 * <p>Invariants: (1) at most one round runs; (2) a confirmation comes from a round that began after
 * it was asked for; (3) every round ends, at the latest after the round timeout.
 */
final class LeadershipRounds {

  private final GroupServer server;
  private final PeerLinks peers;
  private final Timer timer;
  private final long roundNanos;

  // guarded by this
  private boolean running;
  private @Nullable CompletableFuture<Long> next;

  LeadershipRounds(GroupServer server, PeerLinks peers, Timer timer, long roundNanos) {
    this.server = server;
    this.peers = peers;
    this.timer = timer;
    this.roundNanos = roundNanos;
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
    CompletableFuture<Long> mine;
    synchronized (this) {
      if (running) {
        if (next == null) {
          next = new CompletableFuture<>();
        }
        return next;
      }
      running = true;
      mine = new CompletableFuture<>();
    }
    begin(mine);
    return mine;
  }

  private void begin(CompletableFuture<Long> asked) {
    long term = server.term();
    if (!server.isReadyLeader()) {
      end(asked, null, new NotConfirmedException("this replica does not lead"));
      return;
    }
    Round round = new Round(term, server.self(), server.voters());
    round.verdict().whenComplete((t, e) -> end(asked, t, e)).exceptionally(this::unexpected);
    for (String peer : round.others()) {
      peers
          .ask(peer, new PeerRequest.TermProbe())
          .whenComplete((answer, error) -> count(round, peer, answer, error))
          .exceptionally(e -> null);
    }
    if (!round.verdict().isDone()) {
      timer.later(
          roundNanos,
          () -> round.fail("no majority answered within " + roundNanos / 1_000_000 + " ms"));
    }
  }

  private static void count(
      Round round, String peer, @Nullable PeerAnswer answer, @Nullable Throwable error) {
    if (answer instanceof PeerAnswer.Term term) {
      round.answered(peer, term.term());
    } else {
      round.silent(peer, String.valueOf(answer == null ? error : answer));
    }
  }

  private void end(CompletableFuture<Long> asked, @Nullable Long term, @Nullable Throwable error) {
    CompletableFuture<Long> following;
    synchronized (this) {
      following = next;
      next = null;
      running = following != null;
    }
    if (error != null || term == null) {
      asked.completeExceptionally(error != null ? error : new NotConfirmedException("no term"));
    } else {
      asked.complete(term);
    }
    if (following != null) {
      // Not from here: rounds that end at once would nest without a bound.
      timer.later(0, () -> begin(following));
    }
  }

  private @Nullable Long unexpected(Throwable bug) {
    throw new IllegalStateException("ending a round", bug);
  }
}
