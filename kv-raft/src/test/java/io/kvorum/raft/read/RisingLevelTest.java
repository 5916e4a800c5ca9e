// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.LogPosition;
import io.kvorum.api.UnavailableException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RisingLevelTest {

  private final RisingLevel<LogPosition> level =
      new RisingLevel<>(new LogPosition(1, 5), LogPosition::index);

  @Test
  void whatIsReachedIsNotWaitedFor() {
    assertThat(level.await(5)).isCompletedWithValue(new LogPosition(1, 5));
    assertThat(level.count()).isZero();
  }

  @Test
  void completesThoseUpToTheMarkAndNoOthers() {
    CompletableFuture<LogPosition> six = level.await(6);
    CompletableFuture<LogPosition> seven = level.await(7);
    CompletableFuture<LogPosition> eight = level.await(8);
    level.advance(new LogPosition(1, 4));
    assertThat(six).isNotDone();
    level.advance(new LogPosition(2, 7));
    assertThat(six).isCompletedWithValue(new LogPosition(2, 7));
    assertThat(seven).isCompletedWithValue(new LogPosition(2, 7));
    assertThat(eight).isNotDone();
    assertThat(level.value()).isEqualTo(new LogPosition(2, 7));
    assertThat(level.count()).isEqualTo(1);
  }

  @Test
  void forgetsWhoGaveUp() {
    CompletableFuture<LogPosition> one = level.await(6);
    CompletableFuture<LogPosition> other = level.await(6);
    assertThat(level.count()).isEqualTo(2);
    one.completeExceptionally(new UnavailableException("late", null));
    assertThat(level.count()).isEqualTo(1);
    assertThat(other).isNotDone();
  }

  @Test
  void failsThoseLeftAndThoseWhoComeButNotWhatIsReached() {
    CompletableFuture<LogPosition> left = level.await(6);
    level.stop(() -> new UnavailableException("closed", null));
    assertThat(left).isCompletedExceptionally();
    assertThat(level.await(7)).isCompletedExceptionally();
    assertThat(level.await(5)).isCompleted();
  }
}
