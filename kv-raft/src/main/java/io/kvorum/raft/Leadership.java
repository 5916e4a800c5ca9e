// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.read.ReadIndexes;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.GroupServer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.protocol.RaftClientReply;

/** Moves leadership from one replica to another. */
final class Leadership {

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final GroupServer server;
  private final PeerLinks links;
  private final ReadIndexes reads;

  Leadership(GroupServer server, PeerLinks links, ReadIndexes reads) {
    this.server = server;
    this.links = links;
    this.reads = reads;
  }

  /** Moves it to a peer, from whichever replica leads; see {@link KvNode#transferLeadership}. */
  void transfer(String to, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    if (!server.voters().current().contains(to)) {
      throw new InvalidArgumentException(
          "peer " + to + " is not one of the replicas " + new TreeSet<>(server.voters().current()));
    }
    String why = "no leader is known";
    while (!deadline.hasPassed()) {
      Optional<String> leader = server.leader();
      if (leader.isPresent() && leader.get().equals(to)) {
        if (!to.equals(server.self()) || server.isReadyLeader()) {
          return;
        }
      } else if (leader.isPresent()) {
        why = ask(leader.get(), to, deadline);
      }
      LockSupport.parkNanos(POLL_NANOS);
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new UnavailableException("interrupted while leadership moved to " + to, null);
      }
    }
    throw new UnavailableException(
        "leadership did not move to " + to + " within " + timeout + ": " + why, null);
  }

  /** Moves it from this replica, which must lead, to any other that can be reached. */
  void handOver(Duration timeout) {
    Set<String> others = new TreeSet<>(server.voters().current());
    others.remove(server.self());
    others.removeAll(links.unreachable().keySet());
    if (others.isEmpty()) {
      throw new UnavailableException("no other replica can be reached", null);
    }
    Deadline deadline = Deadline.after(timeout);
    Void unused =
        Waiting.until(
            deadline, transferHere(others.iterator().next(), deadline), UnavailableException::new);
  }

  /** Moves it from this replica, which must lead; the future fails saying why it did not move. */
  CompletableFuture<Void> transferHere(String to, Deadline deadline) {
    reads.handingOver();
    return server
        .transferLeadership(to, Math.max(1, deadline.remainingMillis()))
        .orTimeout(Math.max(1, deadline.remainingMillis()), TimeUnit.MILLISECONDS)
        .thenAccept(Leadership::check);
  }

  private static void check(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new UnavailableException(String.valueOf(reply.getException()), reply.getException());
    }
  }

  /* Returns why it may not have worked. */
  private String ask(String leader, String to, Deadline deadline) {
    try {
      if (leader.equals(server.self())) {
        Void unused =
            Waiting.until(deadline, transferHere(to, deadline), UnavailableException::new);
        return "the leader agreed, but the new one was not heard of";
      }
      PeerAnswer answer =
          Waiting.until(
              deadline,
              links
                  .ask(leader, new PeerRequest.Transfer(to, deadline.remainingMillis()))
                  .orTimeout(Math.max(1, deadline.remainingMillis()), TimeUnit.MILLISECONDS),
              UnavailableException::new);
      return leader + ": " + answer;
    } catch (KvException | CompletionException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
