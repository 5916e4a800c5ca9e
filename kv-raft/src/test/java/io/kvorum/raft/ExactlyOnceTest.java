// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.RequestId;
import io.kvorum.api.RequestOutcome;
import io.kvorum.api.WriteConflictException;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.FaultyRoute.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lost answers, on one replica, and what the caller and outcomeOf say of them. */
@Timeout(60)
class ExactlyOnceTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final byte[] VALUE = "v".getBytes(UTF_8);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final RequestOutcome NEVER = new RequestOutcome.NeverApplied();
  private static final RequestOutcome FORGOTTEN = new RequestOutcome.Forgotten();

  @TempDir Path dir;
  private final FaultyRoute route = new FaultyRoute();

  private KvNode start() {
    return start(Duration.ofHours(1));
  }

  private KvNode start(Duration sessions) {
    return new NodeBuilder().route(route).dataDir(dir).sessionTimeToLive(sessions).start();
  }

  @Test
  void aWriteWhoseAnswersAreLostIsCarriedOutOnceAndReturnsItsFirstOutcome() {
    try (KvNode node = start()) {
      Commit unused = node.kv().put("other".getBytes(UTF_8), VALUE);
      route.next(3, Fault.ANSWER_LOST);
      Commit commit = node.kv().put(KEY, VALUE);
      assertThat(route.left()).isZero();
      assertThat(Versions.of(node.store(), KEY)).containsExactly(commit.timestamp());
      assertThat(commit.position().index()).isEqualTo(unused.position().index() + 1);
      assertThat(node.appliedPosition().index()).isEqualTo(commit.position().index() + 3);
      assertThat(node.kv().delete(KEY).position().index()).isEqualTo(commit.position().index() + 4);
    }
  }

  /** The control: the same without sessions must be seen to write twice. */
  @Test
  void withoutSessionsTheSameWriteIsCarriedOutForEveryLostAnswer() {
    try (KvNode node = start()) {
      route.withoutSessions = true;
      route.next(3, Fault.ANSWER_LOST);
      Commit unused = node.kv().put(KEY, VALUE);
      assertThat(Versions.of(node.store(), KEY)).hasSize(4);
    }
  }

  @Test
  void aTransactionWhoseAnswersAreLostCountsOnce() {
    try (KvNode node = start()) {
      route.next(3, Fault.ANSWER_LOST);
      assertThat(count(node)).isEqualTo(1);
      assertThat(node.kv().get(KEY)).isEqualTo(new byte[] {1});
    }
  }

  @Test
  void withoutSessionsATransactionConflictsWithItselfAndCountsTwice() {
    try (KvNode node = start()) {
      route.withoutSessions = true;
      route.next(1, Fault.ANSWER_LOST);
      assertThat(count(node)).isEqualTo(2);
      assertThat(node.kv().get(KEY)).isEqualTo(new byte[] {2});
    }
  }

  /** Counts a byte up; how often the body ran. */
  private static int count(KvNode node) {
    AtomicInteger runs = new AtomicInteger();
    boolean unused =
        node.kv()
            .transact(
                transaction -> {
                  runs.incrementAndGet();
                  byte[] found = transaction.get(KEY);
                  byte next = (byte) (found == null ? 1 : found[0] + 1);
                  transaction.put(KEY, new byte[] {next});
                  return true;
                });
    return runs.get();
  }

  @Test
  void anIdleNodeHasNoSessionAndEachWriteIsOneEntry() {
    try (KvNode node = start()) {
      assertThat(node.kv().get(KEY)).isNull();
      assertThat(route.seen).isEmpty();
      Commit first = node.kv().put(KEY, VALUE);
      Commit second = node.kv().put(KEY, VALUE);
      assertThat(second.position().index()).isEqualTo(first.position().index() + 1);
      assertThat(route.seen).hasSize(3).first().isInstanceOf(Request.OpenSession.class);
    }
    assertThat(route.seen).hasSize(4).last().isInstanceOf(Request.CloseSession.class);
  }

  @Test
  void aWriteInDoubtThatCommittedIsToldSoAlsoAfterTheRestartOfItsNode() {
    RequestId id;
    RequestOutcome outcome;
    try (KvNode node = start()) {
      route.next(Integer.MAX_VALUE, Fault.ANSWER_LOST);
      id = inDoubt(() -> node.kv().withTimeout(SHORT).put(KEY, VALUE));
      route.next(0, Fault.NONE);
      outcome = node.kv().outcomeOf(id);
      assertThat(outcome).isInstanceOf(RequestOutcome.Committed.class);
      Commit commit = ((RequestOutcome.Committed) outcome).commit();
      assertThat(Versions.of(node.store(), KEY)).containsExactly(commit.timestamp());
      Commit later = node.kv().put(KEY, VALUE);
      assertThat(later.position().index()).isGreaterThan(commit.position().index());
    }
    try (KvNode node = start()) {
      assertThat(node.kv().outcomeOf(RequestId.parse(id.toString()))).isEqualTo(outcome);
      assertThat(node.kv().outcomeOfAsync(id).join()).isEqualTo(outcome);
      assertThat(Versions.of(node.store(), KEY)).hasSize(2);
    }
  }

  @Test
  void aWriteInDoubtThatWasRefusedIsToldWithItsReason() {
    try (KvNode node = start()) {
      RequestId id =
          inDoubt(
              () ->
                  node.kv()
                      .withTimeout(SHORT)
                      .transact(
                          transaction -> {
                            byte[] unused = transaction.get(KEY);
                            node.kv().put(KEY, VALUE);
                            transaction.put(KEY, VALUE);
                            route.next(Integer.MAX_VALUE, Fault.ANSWER_LOST);
                            return true;
                          }));
      route.next(0, Fault.NONE);
      RequestOutcome outcome = node.kv().outcomeOf(id);
      assertThat(outcome).isInstanceOf(RequestOutcome.Refused.class);
      assertThat(((RequestOutcome.Refused) outcome).reason())
          .isInstanceOf(WriteConflictException.class);
      assertThat(Versions.of(node.store(), KEY)).hasSize(1);
    }
  }

  @Test
  void aWriteThatArrivesAfterItWasToldToBeNeverAppliedIsNotApplied() {
    try (KvNode node = start()) {
      route.next(1, Fault.UNDER_WAY);
      RequestId id = inDoubt(() -> node.kv().withTimeout(SHORT).put(KEY, VALUE));
      assertThat(node.kv().outcomeOf(id)).isEqualTo(NEVER);
      route.arrive().forEach(CompletableFuture::join);
      assertThat(node.kv().get(KEY)).isNull();
      assertThat(node.kv().outcomeOf(id)).isEqualTo(NEVER);
    }
  }

  @Test
  void aWriteThatArrivesBeforeItIsAskedForIsCommitted() {
    try (KvNode node = start()) {
      route.next(1, Fault.UNDER_WAY);
      RequestId id = inDoubt(() -> node.kv().withTimeout(SHORT).put(KEY, VALUE));
      // Later writes of the session go past it and do not give it up.
      for (int i = 0; i < 20; i++) {
        Commit unused = node.kv().put("other".getBytes(UTF_8), VALUE);
      }
      route.arrive().forEach(CompletableFuture::join);
      assertThat(node.kv().outcomeOf(id)).isInstanceOf(RequestOutcome.Committed.class);
      assertThat(node.kv().get(KEY)).isEqualTo(VALUE);
    }
  }

  @Test
  void aSessionThatEndedBeforeAWriteIsReplacedAndTheWriteIsCarriedOutOnce() {
    try (KvNode node = start()) {
      Commit first = node.kv().put(KEY, VALUE);
      AtomicInteger closes = new AtomicInteger();
      route.beforeWrite =
          once -> {
            if (closes.getAndIncrement() == 0) {
              route.carryOut(new Request.CloseSession(once.session()));
            }
          };
      Commit second = node.kv().put(KEY, VALUE);
      assertThat(Versions.of(node.store(), KEY))
          .containsExactly(second.timestamp(), first.timestamp());
    }
  }

  @Test
  void aWriteWhoseSessionEndedWhileItWasInDoubtIsNotCarriedOutAgain() {
    try (KvNode node = start()) {
      AtomicInteger attempts = new AtomicInteger();
      route.beforeWrite =
          once -> {
            if (attempts.getAndIncrement() == 1) {
              route.carryOut(new Request.CloseSession(once.session()));
            }
          };
      route.next(1, Fault.ANSWER_LOST);
      RequestId id = inDoubt(() -> node.kv().put(KEY, VALUE));
      assertThat(attempts).hasValue(2);
      assertThat(Versions.of(node.store(), KEY)).hasSize(1);
      assertThat(node.kv().outcomeOf(id)).isEqualTo(FORGOTTEN);
      Commit unused = node.kv().put(KEY, VALUE);
      assertThat(Versions.of(node.store(), KEY)).hasSize(2);
    }
  }

  @Test
  void anOutcomeIsForgottenWhenTheSessionHasExpiredByTheTimeOfTheLog() {
    RequestId id;
    try (KvNode node = start(Duration.ofSeconds(1))) {
      route.next(Integer.MAX_VALUE, Fault.ANSWER_LOST);
      id = inDoubt(() -> node.kv().withTimeout(SHORT).put(KEY, VALUE));
    }
    route.next(0, Fault.NONE);
    try (KvNode node = start(Duration.ofSeconds(1))) {
      Awaitility.await()
          .untilAsserted(
              () -> {
                Commit unused = node.kv().put("clock".getBytes(UTF_8), VALUE);
                assertThat(node.kv().outcomeOf(id)).isEqualTo(FORGOTTEN);
              });
      assertThat(Versions.of(node.store(), KEY)).hasSize(1);
    }
  }

  @Test
  void aQuestionForAWriteThatCannotBeIsRefused() {
    try (KvNode node = start()) {
      assertThat(node.kv().outcomeOf(new RequestId(1, 1))).isEqualTo(FORGOTTEN);
      route.next(1, Fault.UNDER_WAY);
      RequestId id = inDoubt(() -> node.kv().withTimeout(SHORT).put(KEY, VALUE));
      RequestId far = new RequestId(id.session(), 1_000_000);
      assertThatThrownBy(() -> node.kv().outcomeOf(far))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("1000000");
    }
  }

  @Test
  void aWaitThatIsInterruptedNamesTheWrite() throws Exception {
    try (KvNode node = start()) {
      route.next(1, Fault.UNDER_WAY);
      CompletableFuture<RequestId> id = new CompletableFuture<>();
      Thread writer = new Thread(() -> id.complete(inDoubt(() -> node.kv().put(KEY, VALUE))));
      writer.start();
      Awaitility.await().until(() -> route.left() == 0);
      writer.interrupt();
      writer.join();
      assertThat(node.kv().outcomeOf(id.join())).isEqualTo(NEVER);
    }
  }

  private static RequestId inDoubt(Runnable write) {
    OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, write::run);
    assertThat(e).as("the outcome is unknown").isNotNull();
    return e.requestId().orElseThrow();
  }
}
