// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.raft.server.Timer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedRoundsTest {

  private final Timer timer = new Timer("test");
  private final List<CompletableFuture<Integer>> begun = new CopyOnWriteArrayList<>();
  private final SharedRounds<Integer> rounds =
      new SharedRounds<>(
          timer,
          () -> {
            CompletableFuture<Integer> round = new CompletableFuture<>();
            begun.add(round);
            return round;
          });

  @AfterEach
  void close() {
    timer.close();
  }

  @Test
  void whoComesWhileOneRunsSharesTheNext() {
    CompletableFuture<Integer> first = rounds.ask();
    CompletableFuture<Integer> second = rounds.ask();
    CompletableFuture<Integer> third = rounds.ask();
    assertThat(begun).hasSize(1);
    begun.get(0).complete(1);
    assertThat(first).isCompletedWithValue(1);
    assertThat(second).isNotDone();
    await().until(() -> begun.size() == 2);
    begun.get(1).complete(2);
    assertThat(second).isCompletedWithValue(2);
    assertThat(third).isCompletedWithValue(2);
    assertThat(rounds.ask()).isNotDone();
    assertThat(begun).hasSize(3);
  }

  @Test
  void whoAsksAgainOnAnAnswerSharesTheRoundThatFollows() {
    CompletableFuture<Integer> first = rounds.ask();
    CompletableFuture<Integer> second = rounds.ask();
    CompletableFuture<Integer> again = first.thenCompose(answer -> rounds.ask());
    begun.get(0).complete(1);
    assertThat(begun).as("the next one begins where the last one ends").hasSize(2);
    begun.get(1).complete(2);
    assertThat(second).isCompletedWithValue(2);
    assertThat(again).isCompletedWithValue(2);
    assertThat(begun).hasSize(2);
  }

  @Test
  void aRoundThatFailsFailsItsOwnOnly() {
    CompletableFuture<Integer> first = rounds.ask();
    CompletableFuture<Integer> second = rounds.ask();
    begun.get(0).completeExceptionally(new NotConfirmedException("no"));
    assertThat(first).isCompletedExceptionally();
    await().until(() -> begun.size() == 2);
    begun.get(1).complete(2);
    assertThat(second).isCompletedWithValue(2);
  }

  @Test
  void roundsThatEndAtOnceDoNotNest() {
    AtomicInteger left = new AtomicInteger(100_000);
    AtomicReference<SharedRounds<Integer>> self = new AtomicReference<>();
    SharedRounds<Integer> instant =
        new SharedRounds<>(
            timer,
            () -> {
              if (left.getAndDecrement() > 0) {
                CompletableFuture<Integer> unused = requireNonNull(self.get()).ask();
              }
              return CompletableFuture.completedFuture(1);
            });
    self.set(instant);
    assertThat(instant.ask()).isCompletedWithValue(1);
    await().until(() -> left.get() < 0);
  }
}
