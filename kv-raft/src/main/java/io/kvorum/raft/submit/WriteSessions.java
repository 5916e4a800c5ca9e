// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.KvException;
import io.kvorum.api.OverloadedException;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation notes. A node has one session for new writes. It is opened by the first write, and
 * kept alive until no write came for its time to live; the next write then opens another one. Its
 * window is used up when one number, under way or in doubt, has more than a window of later ones: then
 * it is retired and another one is opened, at the price of two entries for thousands of writes. So there
 * is no bound on the writes of a node but InFlight, and an outcome in doubt stays until its session
 * expires or RETIRED later sessions were retired.
 *
 * Times here are this host's; the session expires by the time of the log. Where they disagree, a session
 * is given up too early, which costs an entry, or its requests are answered SessionUnknown, which
 * Submission deals with.
 */

/**
 * The sessions of this node in the log: every write gets its number from here. Thread-safe.
 *
 * <p>Invariants: (1) at most one session is being opened at a time; (2) at most {@value #RETIRED}
 * retired sessions that have no write under way are kept.
 */
public final class WriteSessions {

  static final int RETIRED = 16;

  private static final Logger LOG = LoggerFactory.getLogger(WriteSessions.class);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

  // Immutable after construction.
  private final BiFunction<ByteString, Deadline, CompletableFuture<Reply>> log;
  private final Timer timer;
  private final Duration timeToLive;
  private final LongSupplier nanoTime;

  // guarded by this
  private final Deque<NumberedSession> retired = new ArrayDeque<>();
  private @Nullable NumberedSession current;
  private @Nullable CompletableFuture<Void> opening;
  private boolean ticking;
  private @Nullable Supplier<KvException> closed;

  /**
   * @param log brings a command into the log
   * @param timeToLive of a session without a sign of life
   * @param nanoTime as System.nanoTime
   */
  WriteSessions(
      BiFunction<ByteString, Deadline, CompletableFuture<Reply>> log,
      Timer timer,
      Duration timeToLive,
      LongSupplier nanoTime) {
    this.log = log;
    this.timer = timer;
    this.timeToLive = timeToLive;
    this.nanoTime = nanoTime;
  }

  // ---- numbers -------------------------------------------------------------------------------

  /**
   * A number for a write, at once while a session is open. The future fails with what opening one
   * failed with, or when the sessions are closed.
   */
  CompletableFuture<Ticket> ticket() {
    CompletableFuture<Void> open;
    boolean mine = false;
    List<NumberedSession> ends = new ArrayList<>();
    synchronized (this) {
      Supplier<KvException> reason = closed;
      if (reason != null) {
        return CompletableFuture.failedFuture(reason.get());
      }
      Ticket ticket = take(nanoTime.getAsLong(), ends);
      if (ticket != null) {
        return CompletableFuture.completedFuture(ticket);
      }
      open = opening;
      if (open == null) {
        open = new CompletableFuture<>();
        opening = open;
        mine = true;
      }
    }
    ends.forEach(this::end);
    CompletableFuture<Ticket> later = open.thenCompose(opened -> ticket());
    if (mine) {
      open(open);
    }
    return later;
  }

  private @Nullable Ticket take(long now, List<NumberedSession> ends) {
    NumberedSession session = current;
    if (session == null) {
      return null;
    }
    if (session.nanosSinceSign(now) >= timeToLive.toNanos()) {
      current = null; // it has expired, or will by itself
      return null;
    }
    Ticket ticket = session.take(now);
    if (ticket == null) {
      current = null;
      retired.add(session);
      collectEnds(ends);
    }
    return ticket;
  }

  private void open(CompletableFuture<Void> open) {
    long sent = nanoTime.getAsLong();
    CompletableFuture<Void> unused =
        submit(new Request.OpenSession(timeToLive.toMillis()), OPEN_TIMEOUT)
            .handle(
                (outcome, error) -> {
                  opened(outcome, sent);
                  if (outcome instanceof Outcome.Committed) {
                    open.complete(null);
                  } else { // as a rule: too many are open
                    open.completeExceptionally(
                        error != null
                            ? error
                            : new OverloadedException(String.valueOf(outcome), SOON));
                  }
                  return null;
                });
  }

  private synchronized void opened(@Nullable Outcome outcome, long sent) {
    opening = null;
    if (outcome instanceof Outcome.Committed committed) {
      current = new NumberedSession(committed.commitTs(), sent);
      if (!ticking) {
        ticking = true;
        tickLater();
      }
    }
  }

  /** The state machine does not know this session: no write shall use it any more. */
  synchronized void expired(NumberedSession session) {
    if (current == session) {
      current = null;
    }
    retired.remove(session);
  }

  // ---- signs of life -------------------------------------------------------------------------

  private void tickLater() {
    timer.later(timeToLive.toNanos() / 8, this::tick);
  }

  /** Sends the signs of life that are needed now. The timer calls it, from the first session on. */
  void tick() {
    List<NumberedSession> ends = new ArrayList<>();
    List<NumberedSession> keep = new ArrayList<>();
    synchronized (this) {
      if (closed != null) {
        return;
      }
      long now = nanoTime.getAsLong();
      NumberedSession session = current;
      if (session != null
          && !session.isBusy()
          && session.nanosSinceUse(now) > timeToLive.toNanos()) {
        current = null; // idle: it expires by itself
      } else if (session != null) {
        keep.add(session);
      }
      retired.stream().filter(NumberedSession::isBusy).forEach(keep::add);
      keep.removeIf(one -> one.nanosSinceSign(now) < timeToLive.toNanos() / 3);
      collectEnds(ends);
    }
    ends.forEach(this::end);
    keep.forEach(this::keepAlive);
    tickLater();
  }

  private void keepAlive(NumberedSession session) {
    long sent = nanoTime.getAsLong();
    Duration timeout = timeToLive.dividedBy(3);
    CompletableFuture<Void> unused =
        submit(new Request.KeepAlive(session.id()), min(timeout, OPEN_TIMEOUT))
            .handle(
                (outcome, error) -> {
                  if (outcome instanceof Outcome.Committed) {
                    session.sign(sent);
                  } else if (outcome instanceof Outcome.SessionUnknown) {
                    expired(session);
                  }
                  return null; // else the next tick tries again
                });
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  // ---- ends ----------------------------------------------------------------------------------

  /* Retired sessions that nobody needs, and the oldest of those in doubt if there are too many. */
  private void collectEnds(List<NumberedSession> ends) {
    retired.stream().filter(NumberedSession::isSettled).forEach(ends::add);
    retired.removeAll(ends);
    long idle = retired.stream().filter(session -> !session.isBusy()).count();
    for (NumberedSession session : List.copyOf(retired)) {
      if (idle > RETIRED && !session.isBusy()) {
        retired.remove(session);
        ends.add(session);
        idle--;
      }
    }
  }

  /* One that does not end so expires. */
  private void end(NumberedSession session) {
    CompletableFuture<Outcome> unused = submit(new Request.CloseSession(session.id()), END_TIMEOUT);
  }

  /**
   * Gives out no number any more, and ends the sessions in the log that owe nobody an answer; the
   * others expire by themselves.
   *
   * @param reason what whoever asks for a number is told
   * @param patience how long to wait for that
   */
  public void close(Supplier<KvException> reason, Duration patience) {
    List<NumberedSession> ends = new ArrayList<>();
    synchronized (this) {
      closed = reason;
      if (current != null) {
        retired.add(current);
        current = null;
      }
      retired.stream().filter(NumberedSession::isSettled).forEach(ends::add);
      retired.clear();
    }
    CompletableFuture<?>[] all =
        ends.stream()
            .map(session -> submit(new Request.CloseSession(session.id()), patience))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("a session was not closed, and will expire", e);
    }
  }

  private CompletableFuture<Outcome> submit(Request request, Duration timeout) {
    return log.apply(Commands.of(request), Deadline.after(timeout))
        .thenApply(reply -> reply.outcomes().get(0));
  }
}
