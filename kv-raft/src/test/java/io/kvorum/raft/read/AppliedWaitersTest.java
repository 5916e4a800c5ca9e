// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.LogPosition;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppliedWaitersTest {

  @Test
  void whoWaitedForThePositionFindsTheTimestampThere() {
    AppliedWaiters waiters = new AppliedWaiters(new LogPosition(1, 5), 50);
    CompletableFuture<Long> seen = waiters.await(6).thenApply(p -> waiters.lastCommitTs());
    CompletableFuture<Long> later = waiters.awaitTimestamp(61);
    waiters.advance(new LogPosition(1, 6), 60);
    assertThat(seen).isCompletedWithValue(60L);
    assertThat(later).isNotDone();
    waiters.advance(new LogPosition(1, 7), 70);
    assertThat(later).isCompletedWithValue(70L);
    assertThat(waiters.applied()).isEqualTo(new LogPosition(1, 7));
  }
}
