// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.GroupServer;
import io.kvorum.raft.server.Timer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** Brings commands into the log, wherever the leader is. Thread-safe; never blocks for long. */
public final class Submitter {

  private final GroupServer server;
  private final PeerLinks peers;
  private final Timer timer;
  private final InFlight inFlight;
  private final DiskReserve reserve;
  private final EntryGroups groups;
  private final int maxCommandBytes;
  private final Set<Submission> open = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Supplier<KvException> stopped;

  /**
   * @param maxRequests how many commands may be under way
   * @param maxBytes how many bytes of commands may be under way
   * @param maxCommandBytes the longest command
   */
  public Submitter(
      GroupServer server,
      PeerLinks peers,
      Timer timer,
      DiskReserve reserve,
      int maxRequests,
      long maxBytes,
      int maxCommandBytes) {
    this.server = server;
    this.peers = peers;
    this.timer = timer;
    this.reserve = reserve;
    this.inFlight = new InFlight(maxRequests, maxBytes);
    this.groups = new EntryGroups(server::propose, maxCommandBytes);
    this.maxCommandBytes = maxCommandBytes;
  }

  /**
   * Submits a command. The future completes, on a thread that must not be held up, with the state
   * machine's reply, or with one of: UnavailableException (never proposed), OutcomeUnknownException
   * (perhaps proposed), InvalidArgumentException, or what {@link #stop} was given.
   *
   * @param mayForward false: only if this replica leads
   * @throws InvalidArgumentException if the command is too long
   * @throws io.kvorum.api.DiskFullException if less than the reserve is left on this disk; the
   *     future may complete with it too, when it is the leader's disk
   * @throws io.kvorum.api.OverloadedException if too much is under way
   */
  public CompletableFuture<Reply> submit(
      ByteString command, Deadline deadline, boolean mayForward) {
    if (command.size() > maxCommandBytes) {
      throw new InvalidArgumentException(
          "the write is "
              + command.size()
              + " bytes long as a log entry, allowed are "
              + maxCommandBytes
              + "; split it, or raise maxValueBytes on every replica");
    }
    Supplier<KvException> reason = stopped;
    if (reason != null) {
      throw reason.get();
    }
    reserve.check();
    inFlight.enter(command.size());
    Submission submission = new Submission(this, command, deadline, mayForward);
    open.add(submission);
    submission.start();
    reason = stopped;
    if (reason != null) {
      submission.stop(reason.get());
    }
    return submission.result();
  }

  /** Refuses everything from now on, and settles what is under way. */
  public void stop(Supplier<KvException> reason) {
    stopped = reason;
    open.forEach(submission -> submission.stop(reason.get()));
  }

  GroupServer server() {
    return server;
  }

  EntryGroups groups() {
    return groups;
  }

  PeerLinks peers() {
    return peers;
  }

  DiskReserve reserve() {
    return reserve;
  }

  Timer timer() {
    return timer;
  }

  void settled(Submission submission) {
    open.remove(submission);
  }

  void leave(int bytes) {
    inFlight.leave(bytes);
  }
}
