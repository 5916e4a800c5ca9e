// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the log's writer is held back, and when it goes on. */
@Timeout(30)
final class BacklogTest {

  private static final long FOREVER = TimeUnit.DAYS.toMillis(1);
  private static final Duration A_WHILE = Duration.ofMillis(100);

  private final AtomicLong committed = new AtomicLong(-1);

  private Backlog backlog(long maxWaitMillis) {
    return new Backlog(100, committed::get, maxWaitMillis, FOREVER);
  }

  @Test
  void aBacklogWithinItsBoundHoldsNothingBack() {
    Backlog backlog = backlog(FOREVER);
    backlog.appended(5, 60);
    backlog.appended(6, 40);
    committed.set(6);
    backlog.flush(6).join();
  }

  @Test
  void whatCouldBeAppliedIsWaitedForUntilItFitsTheBound() {
    Backlog backlog = backlog(FOREVER);
    backlog.appended(5, 60);
    backlog.appended(6, 60);
    backlog.appended(7, 60);
    committed.set(7);
    CompletableFuture<Void> flush = flush(backlog);
    assertHeldBack(flush);
    backlog.applied(5);
    assertHeldBack(flush);
    backlog.applied(6);
    flush.join();
  }

  @Test
  void whatCannotBeAppliedYetIsNotWaitedFor() {
    Backlog backlog = backlog(FOREVER);
    backlog.appended(5, 500);
    committed.set(4);
    backlog.flush(5).join(); // else it would never be committed
  }

  @Test
  void whatIsCutOffTheLogDoesNotCount() {
    Backlog backlog = backlog(FOREVER);
    backlog.appended(5, 60);
    backlog.appended(6, 60);
    committed.set(5);
    CompletableFuture<Void> flush = flush(backlog);
    assertHeldBack(flush);
    backlog.truncate(6).join();
    flush.join();
    backlog.appended(6, 40);
    backlog.flush(6).join();
  }

  /** At a start the log is read from its beginning, while the leader already appends to its end. */
  @Test
  void entriesMayComeOutOfOrderAndTwice() {
    Backlog backlog = backlog(FOREVER);
    committed.set(9);
    backlog.appended(9, 60);
    backlog.appended(5, 30);
    backlog.appended(5, 30);
    backlog.flush(9).join();
    backlog.appended(6, 30);
    CompletableFuture<Void> flush = flush(backlog);
    assertHeldBack(flush);
    backlog.applied(5);
    flush.join();
  }

  @Test
  void neverLongerThanTheLongestWait() {
    Backlog backlog = backlog(150);
    backlog.appended(5, 500);
    committed.set(5);
    long begin = System.nanoTime();
    backlog.flush(5).join();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(140));
  }

  @Test
  void oneWhoseApplyingStandsStillIsHeldBackForAMomentOnly() {
    Backlog backlog = new Backlog(100, committed::get, FOREVER, 3_000);
    for (int i = 0; i < 10; i++) {
      backlog.appended(i, 500);
    }
    committed.set(9);
    CompletableFuture<Void> flush = flush(backlog);
    for (int i = 0; i < 5; i++) {
      assertHeldBack(flush); // each step begins the moment again
      backlog.applied(i);
    }
    flush.join();
  }

  @Test
  void neitherOneThatIsClosedNorAnInterruptedWriterWaits() {
    Backlog backlog = backlog(FOREVER);
    backlog.appended(5, 500);
    committed.set(5);
    Thread.currentThread().interrupt();
    backlog.flush(5).join();
    assertThat(Thread.interrupted()).isTrue();
    CompletableFuture<Void> flush = flush(backlog);
    assertHeldBack(flush);
    backlog.close();
    flush.join();
  }

  private static CompletableFuture<Void> flush(Backlog backlog) {
    return CompletableFuture.runAsync(() -> backlog.flush(0).join());
  }

  private static void assertHeldBack(CompletableFuture<Void> flush) {
    assertThat(flush).isNotDone();
    try {
      TimeUnit.MILLISECONDS.sleep(A_WHILE.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(flush).isNotDone();
  }
}
