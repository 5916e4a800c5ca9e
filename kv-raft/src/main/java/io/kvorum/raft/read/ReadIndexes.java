// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.KvException;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.GroupServer;
import io.kvorum.raft.server.Timer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out up to which log index a read must wait so that it sees everything acknowledged before
 * it began; the package says why that is right. Thread-safe; never blocks.
 */
public final class ReadIndexes {

  private final GroupServer server;
  private final PeerLinks peers;
  private final Timer timer;
  private final long roundNanos;
  private final LeadershipRounds rounds;
  private final LeaderLease lease;
  private final SharedRounds<Long> strictQuestions;
  private final SharedRounds<Long> leaseQuestions;
  private final Set<ReadIndexSearch> open = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Supplier<KvException> stopped;

  /**
   * @param roundNanos after which a round of probes that has no majority fails
   * @param electionMaxNanos the longest time that a replica waits for its leader
   */
  public ReadIndexes(
      GroupServer server, PeerLinks peers, Timer timer, long roundNanos, long electionMaxNanos) {
    this.server = server;
    this.peers = peers;
    this.timer = timer;
    this.roundNanos = roundNanos;
    this.lease = new LeaderLease(2 * electionMaxNanos);
    this.rounds = new LeadershipRounds(server, peers, timer, lease, roundNanos);
    this.strictQuestions = new SharedRounds<>(timer, () -> askLeader(false));
    this.leaseQuestions = new SharedRounds<>(timer, () -> askLeader(true));
  }

  /**
   * The index for a read that begins now. The future completes on a thread that must not be held
   * up; it fails with UnavailableException at the deadline.
   *
   * @param mayForward false: only if this replica leads; fails with {@link NotConfirmedException}
   *     when another one does
   * @param byLease whether the leader's lease is enough of a confirmation
   */
  public CompletableFuture<Long> find(Deadline deadline, boolean mayForward, boolean byLease) {
    Supplier<KvException> reason = stopped;
    Long leased = byLease && reason == null ? leased(server.term()) : null;
    if (leased != null) { // nothing to search for, and nothing that could last
      return CompletableFuture.completedFuture(leased);
    }
    ReadIndexSearch search = new ReadIndexSearch(this, deadline, mayForward, byLease);
    open.add(search);
    search.start();
    reason = stopped;
    if (reason != null) {
      search.fail(reason.get());
    }
    return search.result();
  }

  /** To be called before leadership is handed over: no lease holds for a while. */
  public void handingOver() {
    lease.block();
  }

  /** Refuses everything from now on, and fails what is under way. */
  public void stop(Supplier<KvException> reason) {
    stopped = reason;
    open.forEach(search -> search.fail(reason.get()));
  }

  /**
   * The index as this replica, the leader, knows it. Fails with {@link NotConfirmedException}.
   *
   * <p>The commit index is taken first: after the call began, and before the round that confirms
   * the leadership began.
   */
  CompletableFuture<Long> here() {
    long term = server.term();
    if (!server.isReadyLeader()) {
      return CompletableFuture.failedFuture(
          new NotConfirmedException("this replica does not lead, or has just begun to"));
    }
    long index = server.commitIndex();
    return rounds
        .confirm()
        .thenApply(
            confirmed -> {
              if (confirmed != term || server.term() != term || !server.isElected()) {
                throw new NotConfirmedException("the leader changed meanwhile");
              }
              return index;
            });
  }

  /* The commit index, taken before its lease was found to hold; null if this is no ready leader. */
  private @Nullable Long leased(long term) {
    if (!server.isReadyLeader()) {
      return null;
    }
    long index = server.commitIndex();
    return lease.holds(term) && server.term() == term ? index : null;
  }

  /**
   * The index as the leader, another replica, knows it; fails with {@link NotConfirmedException}.
   */
  CompletableFuture<Long> there(boolean byLease) {
    return (byLease ? leaseQuestions : strictQuestions).ask();
  }

  private CompletableFuture<Long> askLeader(boolean byLease) {
    String leader = server.leader().orElse(server.self());
    if (leader.equals(server.self())) {
      return CompletableFuture.failedFuture(new NotConfirmedException("no leader is known"));
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(2 * roundNanos);
    // The leader gets a little less time, so that its own verdict still arrives here in time.
    return peers
        .ask(leader, new PeerRequest.ReadIndex(server.self(), millis * 9 / 10, byLease))
        .copy() // the link keeps its own answer
        .orTimeout(millis, TimeUnit.MILLISECONDS) // the leader may have fallen silent
        .handle((answer, error) -> indexOf(leader, answer, error));
  }

  private static long indexOf(
      String leader, @Nullable PeerAnswer answer, @Nullable Throwable error) {
    if (answer instanceof PeerAnswer.Index index) {
      return index.index();
    }
    String why =
        answer instanceof PeerAnswer.Refused refused ? refused.why() : String.valueOf(error);
    throw new NotConfirmedException(leader + ": " + why);
  }

  GroupServer server() {
    return server;
  }

  PeerLinks peers() {
    return peers;
  }

  Timer timer() {
    return timer;
  }

  void settled(ReadIndexSearch search) {
    open.remove(search);
  }
}
