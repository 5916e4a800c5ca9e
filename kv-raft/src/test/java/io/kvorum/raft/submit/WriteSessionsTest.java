// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.LogPosition;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.interpret.InterpreterLimits;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.server.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a log that the test plays. */
@Timeout(60)
class WriteSessionsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final Timer timer = new Timer("test");
  private final AtomicLong ts = new AtomicLong(100);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // it runs over
  private final Queue<Request> log = new ConcurrentLinkedQueue<>();
  private final List<CompletableFuture<Void>> held = new ArrayList<>();
  private volatile boolean holding;
  private volatile Outcome opens = new Outcome.Committed(0);

  @AfterEach
  void close() {
    timer.close();
  }

  private WriteSessions sessions(Duration timeToLive) {
    return new WriteSessions(this::submit, timer, timeToLive, nanos::get);
  }

  private CompletableFuture<Reply> submit(ByteString command, Deadline deadline) {
    Request request = Commands.decode(command).requests().get(0);
    log.add(request);
    boolean refused =
        request instanceof Request.OpenSession && !(opens instanceof Outcome.Committed);
    Outcome outcome = refused ? opens : new Outcome.Committed(ts.incrementAndGet());
    Reply reply = new Reply(new LogPosition(1, 1), false, List.of(outcome));
    CompletableFuture<Void> turn = new CompletableFuture<>();
    if (holding) {
      held.add(turn);
    } else {
      turn.complete(null);
    }
    return turn.thenApply(nothing -> reply);
  }

  private long count(Class<? extends Request> kind) {
    return log.stream().filter(kind::isInstance).count();
  }

  @Test
  void manyWritersWaitForOneSession() {
    WriteSessions sessions = sessions(HOUR);
    assertThat(log).isEmpty();
    holding = true;
    List<CompletableFuture<Ticket>> tickets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      tickets.add(sessions.ticket());
    }
    assertThat(tickets).noneMatch(CompletableFuture::isDone);
    held.get(0).complete(null);
    assertThat(tickets.stream().map(CompletableFuture::join).map(Ticket::sequence))
        .doesNotHaveDuplicates()
        .allMatch(sequence -> sequence >= 1 && sequence <= 100);
    assertThat(log).hasSize(1);
  }

  @Test
  void theNextWriteTriesAgainWhenNoSessionWasOpened() {
    WriteSessions sessions = sessions(HOUR);
    opens = new Outcome.Invalid("too many");
    CompletableFuture<Ticket> refused = sessions.ticket();
    assertThatThrownBy(refused::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(OverloadedException.class)
        .hasMessageContaining("too many");
    opens = new Outcome.Committed(0);
    assertThat(sessions.ticket().join().sequence()).isEqualTo(1);
  }

  @Test
  void moreWritesThanTheWindowUseSeveralSessionsAndSettledOnesAreClosed() {
    WriteSessions sessions = sessions(HOUR);
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 2 * InterpreterLimits.SESSION_WINDOW + 1; i++) {
      tickets.add(sessions.ticket().join());
    }
    assertThat(count(Request.OpenSession.class)).isEqualTo(3);
    assertThat(count(Request.CloseSession.class)).isZero();
    tickets.forEach(ticket -> ticket.session().answered(ticket));
    sessions.close(WriteSessionsTest::closed, Duration.ofSeconds(1));
    assertThat(count(Request.CloseSession.class)).isEqualTo(3);
    assertThatThrownBy(() -> sessions.ticket().join())
        .hasCauseInstanceOf(UnavailableException.class);
  }

  @Test
  void whatIsInDoubtOutlivesTheSessionsUseAndIsBounded() {
    WriteSessions sessions = sessions(HOUR);
    List<Long> retired = new ArrayList<>();
    for (int i = 0; i < WriteSessions.RETIRED + 3; i++) {
      Ticket lost = sessions.ticket().join();
      retired.add(lost.session().id());
      lost.session().inDoubt(lost);
      for (int n = 1; n < InterpreterLimits.SESSION_WINDOW; n++) {
        Ticket next = sessions.ticket().join();
        assertThat(next.session()).isSameAs(lost.session());
        next.session().answered(next);
      }
    }
    Ticket last = sessions.ticket().join();
    last.session().answered(last);
    assertThat(log.stream().filter(Request.CloseSession.class::isInstance).toList())
        .containsExactly(
            new Request.CloseSession(retired.get(0)),
            new Request.CloseSession(retired.get(1)),
            new Request.CloseSession(retired.get(2)));
    sessions.close(WriteSessionsTest::closed, Duration.ofSeconds(1));
    assertThat(count(Request.CloseSession.class))
        .as("and the last, which owes nothing")
        .isEqualTo(4);
  }

  @Test
  void aSessionIsKeptAliveWhileItIsUsedAndNotWhenItIsIdle() {
    WriteSessions sessions = sessions(HOUR);
    Ticket slow = sessions.ticket().join();
    pass(sessions, Duration.ofMinutes(19));
    assertThat(count(Request.KeepAlive.class)).as("not oftener than needed").isZero();
    pass(sessions, Duration.ofMinutes(1));
    assertThat(count(Request.KeepAlive.class)).isEqualTo(1);
    for (int i = 0; i < 30; i++) { // a write that takes long
      pass(sessions, Duration.ofMinutes(10));
    }
    assertThat(count(Request.KeepAlive.class)).isEqualTo(16);
    slow.session().answered(slow);
    Ticket quick = sessions.ticket().join();
    quick.session().answered(quick);
    assertThat(quick.session()).isSameAs(slow.session());
    pass(sessions, Duration.ofMinutes(10));
    assertThat(count(Request.KeepAlive.class)).as("the write itself was a sign").isEqualTo(16);
    pass(sessions, Duration.ofMinutes(50));
    assertThat(count(Request.KeepAlive.class)).isEqualTo(17);
    for (int i = 0; i < 30; i++) {
      pass(sessions, Duration.ofMinutes(10));
    }
    assertThat(count(Request.KeepAlive.class)).as("idle").isEqualTo(17);
    Ticket next = sessions.ticket().join();
    assertThat(next.session()).isNotSameAs(slow.session());
    assertThat(count(Request.OpenSession.class)).isEqualTo(2);
  }

  @Test
  void aSessionThatMayHaveExpiredIsNotUsed() {
    WriteSessions sessions = sessions(HOUR);
    Ticket first = sessions.ticket().join();
    first.session().answered(first);
    nanos.addAndGet(HOUR.toNanos());
    assertThat(sessions.ticket().join().session()).isNotSameAs(first.session());
  }

  private void pass(WriteSessions sessions, Duration time) {
    nanos.addAndGet(time.toNanos());
    sessions.tick();
  }

  @Test
  void anExpiredSessionIsReplaced() {
    WriteSessions sessions = sessions(HOUR);
    Ticket first = sessions.ticket().join();
    sessions.expired(first.session());
    assertThat(sessions.ticket().join().session().id()).isNotEqualTo(first.session().id());
  }

  private static UnavailableException closed() {
    return new UnavailableException("closed", null);
  }
}
