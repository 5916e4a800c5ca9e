// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Brings commands into the log, wherever the leader is. Thread-safe; never blocks for long.
 *
 * <p>What is submitted ends, on a thread that must not be held up, with the state machine's reply,
 * or with one of: UnavailableException (never proposed), OutcomeUnknownException (perhaps
 * proposed), InvalidArgumentException, DiskFullException when it is the leader's disk,
 * OverloadedException when it is the leader's load, or what {@link #stop} was given.
 */
public final class Submitter {

  /** Room for the number of a write, and what is around it in a command. */
  static final int NUMBER_BYTES = 64;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Route route;
  private final Timer timer;
  private final InFlight inFlight;
  private final DiskReserve reserve;
  private final EntryGroups groups;
  private final WriteSessions sessions;
  private final int maxCommandBytes;
  private final Set<Submission> open = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Supplier<KvException> stopped;

  /**
   * @param maxRequests how many commands may be under way
   * @param maxBytes how many bytes of commands may be under way
   * @param maxCommandBytes the longest command
   * @param sessionTimeToLive how long a session lives without a sign of life
   */
  public Submitter(
      Route route,
      Timer timer,
      DiskReserve reserve,
      int maxRequests,
      long maxBytes,
      int maxCommandBytes,
      Duration sessionTimeToLive) {
    this.route = route;
    this.timer = timer;
    this.reserve = reserve;
    this.inFlight = new InFlight(maxRequests, maxBytes);
    this.groups = new EntryGroups(route::propose, EntryGroups.GROUP_BYTES);
    this.sessions = new WriteSessions(this::beside, timer, sessionTimeToLive, System::nanoTime);
    this.maxCommandBytes = maxCommandBytes;
    timer.later(LOOK_NANOS, this::look);
  }

  /**
   * Submits a request that takes effect at most once: it gets a number, and is tried again with it
   * until its deadline. The reply holds its first outcome, at the position of the entry that
   * carried it then.
   *
   * @param request as {@link io.kvorum.fsm.wire.Commands#request} makes it
   * @throws InvalidArgumentException if it is too long
   * @throws io.kvorum.api.DiskFullException if less than the reserve is left on this disk
   * @throws io.kvorum.api.OverloadedException if too much is under way
   */
  public PendingWrite write(ByteString request, Deadline deadline) {
    return admit(Submission.Kind.NUMBERED, request, request.size() + NUMBER_BYTES, deadline);
  }

  /**
   * Submits a command that does no harm when it is carried out twice, and throws as {@link #write}.
   */
  public CompletableFuture<Reply> submit(ByteString command, Deadline deadline) {
    return admit(Submission.Kind.REPEATABLE, command, command.size(), deadline).reply();
  }

  /**
   * Submits a command for another replica, if this one leads; at most once. Throws as {@link
   * #write}.
   */
  public CompletableFuture<Reply> submitHere(ByteString command, Deadline deadline) {
    return admit(Submission.Kind.FORWARDED, command, command.size(), deadline).reply();
  }

  private Submission admit(
      Submission.Kind kind, ByteString content, int commandBytes, Deadline deadline) {
    if (commandBytes > maxCommandBytes) {
      throw new InvalidArgumentException(
          "the write is "
              + commandBytes
              + " bytes long as a log entry, allowed are "
              + maxCommandBytes
              + "; split it, or raise maxValueBytes on every replica");
    }
    Supplier<KvException> reason = stopped;
    if (reason != null) {
      throw reason.get();
    }
    reserve.check();
    inFlight.enter(commandBytes);
    return start(new Submission(this, kind, content, deadline, () -> inFlight.leave(commandBytes)));
  }

  /* The few commands of the sessions themselves: writes wait for them, so they cannot wait too. */
  private CompletableFuture<Reply> beside(ByteString command, Deadline deadline) {
    Submission.Kind kind = Submission.Kind.REPEATABLE;
    return start(new Submission(this, kind, command, deadline, () -> {})).reply();
  }

  private Submission start(Submission submission) {
    open.add(submission);
    submission.start();
    Supplier<KvException> reason = stopped;
    if (reason != null) {
      submission.stop(reason.get());
    }
    return submission;
  }

  private void look() {
    open.forEach(Submission::look);
    timer.later(LOOK_NANOS, this::look);
  }

  /** Refuses everything from now on, and settles what is under way. */
  public void stop(Supplier<KvException> reason) {
    stopped = reason;
    open.forEach(submission -> submission.stop(reason.get()));
  }

  /** The sessions of this node. */
  public WriteSessions sessions() {
    return sessions;
  }

  Route route() {
    return route;
  }

  EntryGroups groups() {
    return groups;
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
}
