// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.DiskFullException;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.raft.peer.NeverSentException;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerRequest;
import io.kvorum.raft.server.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way into the log.
 *
 * <p>Invariants: (1) at most one attempt is under way; (2) an attempt can put the command into a
 * log only after it has moved the stage from SEEKING to IN_DOUBT, and nothing but a certain refusal
 * moves it back; (3) the result is UnavailableException only out of SEEKING, so such a command is
 * in no log and never will be; (4) the command counts as in flight until it is settled and no
 * attempt is under way.
 */
final class Submission implements EntryGroups.Member {

  /* SEEKING: in no log. IN_DOUBT: perhaps in one. SETTLED: the result is known to the caller. */
  private enum Stage {
    SEEKING,
    IN_DOUBT,
    SETTLED
  }

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Submitter submitter;
  private final ByteString command;
  private final Deadline deadline;
  private final boolean mayForward;
  private final CompletableFuture<Reply> result = new CompletableFuture<>();
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.SEEKING);
  private final AtomicInteger holds = new AtomicInteger(1);
  private volatile String lastTrouble = "the call has just begun";
  private volatile @Nullable ScheduledFuture<?> alarm;

  // of the attempt under way
  private long pauseNanos = FIRST_PAUSE_NANOS;

  Submission(Submitter submitter, ByteString command, Deadline deadline, boolean mayForward) {
    this.submitter = submitter;
    this.command = command;
    this.deadline = deadline;
    this.mayForward = mayForward;
  }

  CompletableFuture<Reply> result() {
    return result;
  }

  void start() {
    alarm = submitter.timer().after(deadline.remainingNanos(), this::expire);
    attempt();
  }

  /** Ends the call because the node has stopped. */
  void stop(KvException reason) {
    if (stage.compareAndSet(Stage.SEEKING, Stage.SETTLED)) {
      settle(null, reason);
    } else if (stage.compareAndSet(Stage.IN_DOUBT, Stage.SETTLED)) {
      settle(null, new OutcomeUnknownException("the node stopped while the write ran", reason));
    }
  }

  private void expire() {
    if (stage.compareAndSet(Stage.SEEKING, Stage.SETTLED)) {
      settle(null, new UnavailableException(unavailable(), null));
    } else if (stage.compareAndSet(Stage.IN_DOUBT, Stage.SETTLED)) {
      settle(
          null,
          new OutcomeUnknownException(
              "the deadline passed after the write was proposed; it may still commit" + reach(),
              null));
    }
  }

  private void attempt() {
    if (stage.get() != Stage.SEEKING) {
      return;
    }
    try {
      submitter.reserve().check(); // again: an earlier attempt may be long ago
    } catch (DiskFullException e) {
      giveUp(e);
      return;
    }
    if (submitter.server().isElected()) {
      proposeHere();
      return;
    }
    Optional<String> leader = submitter.server().leader();
    if (!mayForward) {
      giveUp(
          new NotLeaderHereException(
              "this replica does not lead; "
                  + leader.map(id -> id + " does").orElse("no leader is known")));
    } else if (leader.isEmpty() || leader.get().equals(submitter.server().self())) {
      tryLater("no leader is known");
    } else {
      forward(leader.get());
    }
  }

  // ---- this replica leads --------------------------------------------------------------------

  private void proposeHere() {
    holds.incrementAndGet();
    submitter.groups().add(this);
  }

  @Override
  public ByteString command() {
    return command;
  }

  @Override
  public boolean take() {
    if (stage.compareAndSet(Stage.SEEKING, Stage.IN_DOUBT)) {
      return true;
    }
    release();
    return false;
  }

  @Override
  public void applied(Reply reply) {
    release();
    if (stage.getAndSet(Stage.SETTLED) != Stage.SETTLED) {
      settle(reply, null);
    }
  }

  @Override
  public void lost(@Nullable Throwable why) {
    release();
    inDoubt("the leader gave the write up after it was proposed; it may still commit", why);
  }

  @Override
  public void refused(@Nullable Throwable why) {
    release();
    backToSeeking(() -> notProposed(why));
  }

  private void notProposed(@Nullable Throwable trouble) {
    if (trouble instanceof ResourceUnavailableException) {
      giveUp(new OverloadedException(String.valueOf(trouble.getMessage()), Duration.ofMillis(50)));
    } else if (trouble instanceof StateMachineException && trouble.getCause() != null) {
      giveUp(refusal(trouble.getCause()));
    } else {
      tryLater(String.valueOf(trouble));
    }
  }

  private static RuntimeException refusal(Throwable cause) {
    return cause instanceof InvalidArgumentException || cause instanceof KvException
        ? (RuntimeException) cause
        : new KvException("the write was refused: " + cause.getMessage(), cause);
  }

  // ---- another replica leads -----------------------------------------------------------------

  private void forward(String leader) {
    // The leader gets a little less time, so that its own verdict still arrives here in time.
    long timeoutMillis = deadline.remainingMillis() * 9 / 10;
    if (timeoutMillis == 0 || !stage.compareAndSet(Stage.SEEKING, Stage.IN_DOUBT)) {
      return;
    }
    holds.incrementAndGet();
    submitter
        .peers()
        .ask(leader, new PeerRequest.Submit(command, timeoutMillis))
        .whenComplete(
            (answer, error) -> {
              release();
              answered(leader, answer, error);
            })
        .exceptionally(bug -> unexpected(bug, null));
  }

  private void answered(String leader, @Nullable PeerAnswer answer, @Nullable Throwable error) {
    if (answer instanceof PeerAnswer.Applied applied) {
      if (stage.getAndSet(Stage.SETTLED) != Stage.SETTLED) {
        settle(Replies.decode(applied.reply()), null);
      }
    } else if (answer instanceof PeerAnswer.Refused refused) {
      refused(leader, refused);
    } else if (unwrap(error) instanceof NeverSentException never) {
      backToSeeking(() -> tryLater(String.valueOf(never.getMessage())));
    } else {
      inDoubt("the connection to the leader " + leader + " broke; the write may commit", error);
    }
  }

  private void refused(String leader, PeerAnswer.Refused refused) {
    String why = leader + ": " + refused.why();
    switch (refused.refusal()) {
      case NOT_LEADER, UNAVAILABLE, STOPPED -> backToSeeking(() -> tryLater(why));
      case OVERLOADED ->
          backToSeeking(() -> giveUp(new OverloadedException(why, Duration.ofMillis(10))));
      case DISK_FULL ->
          backToSeeking(() -> giveUp(new DiskFullException(why, Duration.ofMillis(500))));
      case INVALID -> backToSeeking(() -> giveUp(new InvalidArgumentException(refused.why())));
      case OUTCOME_UNKNOWN -> inDoubt(why, null);
    }
  }

  private void backToSeeking(Runnable next) {
    if (stage.compareAndSet(Stage.IN_DOUBT, Stage.SEEKING)) {
      next.run();
    }
  }

  // ---- how an attempt ends -------------------------------------------------------------------

  private void tryLater(String why) {
    lastTrouble = why;
    long pause = Math.min(pauseNanos, deadline.remainingNanos());
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    submitter.timer().later(pause, this::attempt);
  }

  private void giveUp(RuntimeException refusal) {
    if (stage.compareAndSet(Stage.SEEKING, Stage.SETTLED)) {
      settle(null, refusal);
    }
  }

  private void inDoubt(String why, @Nullable Throwable cause) {
    if (stage.compareAndSet(Stage.IN_DOUBT, Stage.SETTLED)) {
      settle(null, new OutcomeUnknownException(why, unwrap(cause)));
    }
  }

  private <T> @Nullable T unexpected(Throwable bug, @Nullable T nothing) {
    if (stage.getAndSet(Stage.SETTLED) != Stage.SETTLED) {
      settle(null, new OutcomeUnknownException("the answer could not be read", unwrap(bug)));
    }
    return nothing;
  }

  private void settle(@Nullable Reply reply, @Nullable RuntimeException error) {
    ScheduledFuture<?> timeout = alarm;
    if (timeout != null) {
      timeout.cancel(false);
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
      submitter.leave(command.size());
    }
  }

  private String unavailable() {
    return "the write was not proposed before its deadline: " + lastTrouble + reach();
  }

  private String reach() {
    var unreachable = submitter.peers().unreachable();
    return unreachable.isEmpty() ? "" : "; peers that could not be reached: " + unreachable;
  }

  private static @Nullable Throwable unwrap(@Nullable Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
