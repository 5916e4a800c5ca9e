// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.DiskFullException;
import io.kvorum.api.KvException;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.wire.CommandPart;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.raft.server.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way into the log. {@link Progress} knows how far it has come.
 *
 * <p>Invariants: (1) only the end of the current attempt leads to the next one; an earlier one that
 * was given up can still bring the outcome; (2) the result is UnavailableException, or a refusal
 * before the log, only if the command is in no log and never will be; (3) a command that may be in
 * a log is tried again only with its number, or if it does no harm twice; (4) it counts as in
 * flight until it is settled and no attempt is under way.
 */
final class Submission implements Attempt.Owner, PendingWrite {

  /** What is submitted. */
  enum Kind {
    /** A request that gets a number here, and is tried again with it until its deadline. */
    NUMBERED,
    /** A command that may be tried again as it is. */
    REPEATABLE,
    /** A command from another replica, which tries again itself: proposed here, at most once. */
    FORWARDED
  }

  private final Submitter submitter;
  private final Kind kind;
  private final ByteString content;
  private final Deadline deadline;
  private final Runnable left;
  private final Progress progress = new Progress();
  private final CompletableFuture<Reply> result = new CompletableFuture<>();
  private final AtomicInteger holds = new AtomicInteger(1);
  private volatile @Nullable ScheduledFuture<?> alarm;

  /**
   * @param content a request if it is to be numbered, else a command
   * @param left called once, when the command is not in flight any more
   */
  Submission(Submitter submitter, Kind kind, ByteString content, Deadline deadline, Runnable left) {
    this.submitter = submitter;
    this.kind = kind;
    this.content = content;
    this.deadline = deadline;
    this.left = left;
  }

  @Override
  public CompletableFuture<Reply> reply() {
    return result;
  }

  void start() {
    alarm = submitter.timer().after(deadline.remainingNanos(), this::expire);
    attempt();
  }

  // ---- the next attempt ----------------------------------------------------------------------

  private void attempt() {
    if (progress.isSettled()) {
      return;
    }
    if (deadline.hasPassed()) { // the alarm is late, or was: what begins now could not end in time
      expire();
      return;
    }
    CommandPart command = command();
    if (command == null) {
      askForNumber();
      return;
    }
    try {
      submitter.reserve().check(); // again: an earlier attempt may be long ago
    } catch (DiskFullException e) {
      refuse(e);
      return;
    }
    Route route = submitter.route();
    Optional<String> leader = route.leader();
    if (route.isElected()) {
      Attempt here = Attempt.here(this, command);
      if (becomes(here, false)) {
        submitter.groups().add(here);
      }
    } else if (kind == Kind.FORWARDED) {
      refuse(
          new NotLeaderHereException(
              "this replica does not lead; "
                  + leader.map(id -> id + " does").orElse("no leader is known")));
    } else if (leader.isEmpty() || leader.get().equals(route.self())) {
      tryLater("no leader is known");
    } else {
      forward(route, Attempt.through(this, command, leader.get()));
    }
  }

  private void forward(Route route, Attempt attempt) {
    // The leader gets a little less time, so that its own verdict still arrives here in time.
    long timeoutMillis = deadline.remainingMillis() * 9 / 10;
    if (timeoutMillis > 0 && becomes(attempt, true)) {
      attempt.send(route, timeoutMillis);
    }
  }

  private boolean becomes(Attempt attempt, boolean begins) {
    holds.incrementAndGet();
    boolean current = progress.next(attempt, begins);
    if (!current) {
      release();
    }
    return current;
  }

  private void tryLater(String why) {
    long pause = Math.min(progress.pauseFor(why), deadline.remainingNanos());
    submitter.timer().later(pause, this::attempt);
  }

  /** Looks whether the current attempt hangs at a replica that does not lead any more. */
  void look() {
    if (progress.leave(submitter.route().leader())) {
      attempt();
    }
  }

  // ---- the number ----------------------------------------------------------------------------

  /* Null while its number is missing. */
  private @Nullable CommandPart command() {
    if (kind != Kind.NUMBERED) {
      return CommandPart.of(content);
    }
    Ticket ticket = progress.ticket();
    return ticket == null
        ? null
        : CommandPart.once(
            content, ticket.session().id(), ticket.sequence(), ticket.acknowledgedBelow());
  }

  private void askForNumber() {
    CompletableFuture<Void> unused =
        submitter
            .sessions()
            .ticket()
            .handle(
                (ticket, error) -> {
                  if (ticket != null) {
                    numbered(ticket);
                  } else {
                    notNumbered(error);
                  }
                  return null;
                });
  }

  private void numbered(Ticket ticket) {
    if (progress.take(ticket)) {
      attempt();
    } else {
      ticket.session().neverProposed(ticket);
    }
  }

  private void notNumbered(@Nullable Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof DiskFullException || cause instanceof OverloadedException) {
      refuse((KvException) cause);
    } else {
      tryLater("no session could be opened: " + (cause == null ? "" : cause.getMessage()));
    }
  }

  /* The session refused this attempt, so it has no effect; and every other one from now on. */
  private void expired(Attempt attempt) {
    Ticket ticket = progress.ticket();
    if (ticket != null) {
      submitter.sessions().expired(ticket.session());
    }
    if (progress.forgetNumber(attempt)) {
      attempt();
    } else {
      unknown("the session expired before the outcome was known", null);
    }
  }

  // ---- how an attempt ends -------------------------------------------------------------------

  @Override
  public boolean begins(Attempt attempt) {
    return progress.begin(attempt);
  }

  @Override
  public void dropped() {
    release();
  }

  @Override
  public void applied(Attempt attempt, Reply reply) {
    Outcome outcome = reply.outcomes().get(0);
    if (kind == Kind.NUMBERED && outcome instanceof Outcome.SessionUnknown) {
      expired(attempt);
    } else if (kind == Kind.NUMBERED && outcome instanceof Outcome.SequenceForgotten) {
      unknown("the session does not remember the write any more", null);
    } else if (progress.settle()) {
      settle(
          kind == Kind.NUMBERED && outcome instanceof Outcome.Duplicate duplicate
              ? new Reply(duplicate.position(), false, List.of(duplicate.earlier()))
              : reply,
          null);
    }
    release();
  }

  @Override
  public void refused(Attempt attempt, @Nullable RuntimeException refusal, String why) {
    release();
    if (!progress.end(attempt, false)) {
      return;
    } else if (refusal != null) {
      refuse(refusal);
    } else {
      tryLater(why);
    }
  }

  @Override
  public void lost(Attempt attempt, String why, @Nullable Throwable cause) {
    release();
    if (!progress.end(attempt, true)) {
      return;
    } else if (kind == Kind.FORWARDED) {
      unknown(why, cause);
    } else {
      tryLater(why);
    }
  }

  // ---- how the call ends ---------------------------------------------------------------------

  /** Ends the call because the node has stopped. */
  void stop(KvException reason) {
    KvException unused = end(reason, "the node stopped while the write ran", reason);
  }

  @Override
  public KvException giveUp(String why, @Nullable Throwable cause) {
    return end(new UnavailableException(why + "; the write was not proposed", cause), why, cause);
  }

  private void expire() {
    String reach = reach();
    KvException unused =
        end(
            new UnavailableException(
                "the write was not proposed before its deadline: " + progress.trouble() + reach,
                null),
            "the deadline passed after the write was proposed; it may still commit" + reach,
            null);
  }

  /* As if never proposed if that is certain, else with an unknown outcome. */
  private KvException end(KvException ifNowhere, String why, @Nullable Throwable cause) {
    boolean first = progress.settle(); // first: what is not begun now never will be
    KvException error = progress.mayBeInLog() ? unknownOutcome(why, cause) : ifNowhere;
    if (first) {
      settle(null, error);
    }
    return error;
  }

  private void unknown(String why, @Nullable Throwable cause) {
    if (progress.settle()) {
      settle(null, unknownOutcome(why, cause));
    }
  }

  private OutcomeUnknownException unknownOutcome(String why, @Nullable Throwable cause) {
    Ticket ticket = progress.ticket();
    return ticket == null
        ? new OutcomeUnknownException(why, cause)
        : new OutcomeUnknownException(why, ticket.id(), cause);
  }

  /* A refusal before the log: the last word only if no earlier attempt can contradict it. */
  private void refuse(RuntimeException refusal) {
    if (progress.settleUnlessInDoubt()) {
      settle(null, refusal);
    } else {
      tryLater(String.valueOf(refusal.getMessage()));
    }
  }

  private void settle(@Nullable Reply reply, @Nullable RuntimeException error) {
    ScheduledFuture<?> timeout = alarm;
    if (timeout != null) {
      timeout.cancel(false);
    }
    Ticket ticket = progress.ticket();
    if (ticket == null) {
      // Nothing to give back.
    } else if (reply != null) {
      ticket.session().answered(ticket);
    } else if (error instanceof OutcomeUnknownException) {
      ticket.session().inDoubt(ticket);
    } else {
      ticket.session().neverProposed(ticket);
    }
    submitter.settled(this);
    release();
    if (error != null) {
      result.completeExceptionally(error);
    } else if (reply != null) {
      result.complete(reply);
    }
  }

  private void release() {
    if (holds.decrementAndGet() == 0) {
      left.run();
    }
  }

  private String reach() {
    var unreachable = submitter.route().unreachable();
    return unreachable.isEmpty() ? "" : "; peers that could not be reached: " + unreachable;
  }
}
