// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.LogPosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ApplyQueueTest {

  private static final long ITEM_BYTES = item(0, 1000).bytes();

  @Test
  void takesWhatIsThereUpToTheLimits() throws Exception {
    ApplyQueue queue = queue(new ApplyLimits(3, 2 * ITEM_BYTES));
    assertThat(queue.add(item(0, 1000))).isTrue();
    assertThat(indexes(queue.take())).containsExactly(0L);
    for (int i = 1; i <= 3; i++) {
      assertThat(queue.add(item(i, 1000))).isTrue();
    }
    for (int i = 4; i <= 8; i++) {
      assertThat(queue.add(item(i, 0))).isTrue();
    }

    assertThat(indexes(queue.take())).as("bounded by bytes").containsExactly(1L, 2L);
    assertThat(indexes(queue.take())).as("bounded by count").containsExactly(3L, 4L, 5L);
    assertThat(indexes(queue.take())).containsExactly(6L, 7L, 8L);
  }

  /** Committed in one step, handed over one by one: they share one write. */
  @Test
  void aGroupWaitsForWhatIsCommittedAndForNothingElse() throws Exception {
    AtomicLong committed = new AtomicLong(0);
    ApplyQueue queue =
        new ApplyQueue(new ApplyLimits(100, 1 << 20), committed::get, TimeUnit.DAYS.toNanos(1));
    assertThat(queue.add(item(0, 1))).isTrue();
    assertThat(indexes(queue.take())).as("a lone writer does not wait").containsExactly(0L);

    committed.set(3);
    assertThat(queue.add(item(1, 1))).isTrue();
    CompletableFuture<List<Long>> group = new CompletableFuture<>();
    Thread taker =
        new Thread(
            () -> {
              try {
                group.complete(indexes(queue.take()));
              } catch (InterruptedException e) {
                group.completeExceptionally(e);
              }
            });
    taker.start();
    await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);
    assertThat(queue.add(item(2, 1))).isTrue();
    assertThat(group).isNotDone();
    assertThat(queue.add(item(3, 1))).isTrue();
    assertThat(group.get(10, TimeUnit.SECONDS)).containsExactly(1L, 2L, 3L);

    committed.set(1000);
    for (int i = 4; i < 110; i++) {
      assertThat(queue.add(item(i, 1))).isTrue();
    }
    assertThat(queue.take()).as("not beyond the limits of a group").hasSize(100);
  }

  @Test
  void whatDoesNotComeIsNotWaitedForLong() throws Exception {
    ApplyQueue queue = new ApplyQueue(ApplyLimits.defaults(), () -> 5, 1000);
    assertThat(queue.add(item(0, 1))).isTrue();
    assertThat(indexes(queue.take())).containsExactly(0L);
  }

  private static ApplyQueue queue(ApplyLimits limits) {
    return new ApplyQueue(limits, () -> -1, 0);
  }

  @Test
  void anEntryAboveTheLimitsIsAGroupOfItsOwn() throws Exception {
    ApplyQueue queue = queue(new ApplyLimits(10, 1));
    assertThat(queue.add(item(0, 5000))).isTrue();

    assertThat(indexes(queue.take())).containsExactly(0L);
  }

  @Test
  void addWaitsWhileFullAndGoesOnWhenAGroupWasTaken() throws Exception {
    ApplyQueue queue = queue(new ApplyLimits(1, ITEM_BYTES));
    for (int i = 0; i < 4; i++) {
      assertThat(queue.add(item(i, 1000))).isTrue();
    }
    CompletableFuture<Boolean> fifth = new CompletableFuture<>();
    Thread adder = adder(queue, item(4, 1000), fifth);
    await().until(() -> adder.getState() == Thread.State.WAITING);
    assertThat(fifth).isNotDone();

    assertThat(indexes(queue.take())).containsExactly(0L);

    assertThat(fifth.get()).isTrue();
    for (long i = 1; i <= 4; i++) {
      assertThat(indexes(queue.take())).containsExactly(i);
    }
  }

  @Test
  void closeRefusesWhoeverWaitsAndReturnsTheRest() throws Exception {
    ApplyQueue queue = queue(new ApplyLimits(1, 1));
    assertThat(queue.add(item(0, 1000))).isTrue();
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    Thread adder = adder(queue, item(1, 1000), second);
    await().until(() -> adder.getState() == Thread.State.WAITING);

    assertThat(indexes(queue.close())).containsExactly(0L);

    assertThat(second.get()).isFalse();
    assertThat(queue.add(item(2, 0))).isFalse();
    assertThat(queue.take()).isEmpty();
    assertThat(queue.awaitIdle(1000)).isFalse();
  }

  @Test
  void isIdleOnlyWhenTheGroupTakenIsDone() throws Exception {
    ApplyQueue queue = queue(ApplyLimits.defaults());
    assertThat(queue.awaitIdle(1000)).isTrue();
    assertThat(queue.add(item(0, 0))).isTrue();
    assertThat(queue.awaitIdle(1)).isFalse();
    assertThat(queue.take()).hasSize(1);
    assertThat(queue.awaitIdle(1)).isFalse();

    queue.done();

    assertThat(queue.awaitIdle(1000)).isTrue();
  }

  private static Thread adder(ApplyQueue queue, ApplyItem item, CompletableFuture<Boolean> added) {
    Thread thread =
        new Thread(
            () -> {
              try {
                added.complete(queue.add(item));
              } catch (InterruptedException e) {
                added.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static List<Long> indexes(List<ApplyItem> group) {
    return group.stream().map(item -> item.position().index()).toList();
  }

  private static ApplyItem item(long index, int bytes) {
    return ApplyItem.ofCommand(
        new LogPosition(1, index), ByteString.copyFrom(new byte[bytes]), null);
  }
}
