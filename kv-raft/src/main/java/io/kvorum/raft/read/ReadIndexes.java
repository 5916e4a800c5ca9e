// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.KvException;
import io.kvorum.raft.peer.PeerLinks;
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
  private final Set<ReadIndexSearch> open = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Supplier<KvException> stopped;

  /**
   * @param roundNanos after which a round of probes that has no majority fails
   */
  public ReadIndexes(GroupServer server, PeerLinks peers, Timer timer, long roundNanos) {
    this.server = server;
    this.peers = peers;
    this.timer = timer;
    this.roundNanos = roundNanos;
    this.rounds = new LeadershipRounds(server, peers, timer, roundNanos);
  }

  /**
   * The index for a read that begins now. The future completes on a thread that must not be held
   * up; it fails with UnavailableException at the deadline.
   *
   * @param mayForward false: only if this replica leads; fails with {@link NotConfirmedException}
   *     when another one does
   */
  public CompletableFuture<Long> find(Deadline deadline, boolean mayForward) {
    ReadIndexSearch search = new ReadIndexSearch(this, deadline, mayForward);
    open.add(search);
    search.start();
    Supplier<KvException> reason = stopped;
    if (reason != null) {
      search.fail(reason.get());
    }
    return search.result();
  }

  /** Refuses everything from now on, and fails what is under way. */
  public void stop(Supplier<KvException> reason) {
    stopped = reason;
    open.forEach(search -> search.fail(reason.get()));
  }

  /**
   * The index as this replica, the leader, knows it. Fails with {@link NotConfirmedException}.
   *
   * <p>The commit index is taken first: after the call began, before the round that confirms the
   * leadership began.
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

  /** How long a follower waits for one leader's answer before it looks for the leader again. */
  long attemptMillis() {
    return TimeUnit.NANOSECONDS.toMillis(2 * roundNanos);
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
