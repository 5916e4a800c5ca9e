// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.LogPosition;
import io.kvorum.api.UnavailableException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppliedWaitersTest {

  private final AppliedWaiters waiters = new AppliedWaiters(new LogPosition(1, 5));

  @Test
  void whatIsAppliedIsNotWaitedFor() {
    assertThat(waiters.await(5)).isCompletedWithValue(new LogPosition(1, 5));
    assertThat(waiters.count()).isZero();
  }

  @Test
  void completesThoseUpToThePositionAndNoOthers() {
    CompletableFuture<LogPosition> six = waiters.await(6);
    CompletableFuture<LogPosition> seven = waiters.await(7);
    CompletableFuture<LogPosition> eight = waiters.await(8);
    waiters.advance(new LogPosition(1, 4));
    assertThat(six).isNotDone();
    waiters.advance(new LogPosition(2, 7));
    assertThat(six).isCompletedWithValue(new LogPosition(2, 7));
    assertThat(seven).isCompletedWithValue(new LogPosition(2, 7));
    assertThat(eight).isNotDone();
    assertThat(waiters.applied()).isEqualTo(new LogPosition(2, 7));
    assertThat(waiters.count()).isEqualTo(1);
  }

  @Test
  void forgetsWhoGaveUp() {
    CompletableFuture<LogPosition> one = waiters.await(6);
    CompletableFuture<LogPosition> other = waiters.await(6);
    assertThat(waiters.count()).isEqualTo(2);
    one.completeExceptionally(new UnavailableException("late", null));
    assertThat(waiters.count()).isEqualTo(1);
    assertThat(other).isNotDone();
  }

  @Test
  void failsThoseLeftAndThoseWhoComeButNotWhatIsApplied() {
    CompletableFuture<LogPosition> left = waiters.await(6);
    waiters.stop(() -> new UnavailableException("closed", null));
    assertThat(left).isCompletedExceptionally();
    assertThat(waiters.await(7)).isCompletedExceptionally();
    assertThat(waiters.await(5)).isCompleted();
  }
}
