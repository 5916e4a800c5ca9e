// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LoadDriverTest {

  private static final int KEYS = 1_000;

  @Test
  void anOpenLoopCountsAStallForEveryRequestThatWasDueInIt() throws InterruptedException {
    // One request in flight at a time, 1,000 a second for 1 s; the first takes 600 ms. All of the
    // 600 that are due meanwhile are late; only one was slow.
    Executor later = CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS);
    FakeTarget target =
        new FakeTarget(
            n ->
                n == 0
                    ? CompletableFuture.supplyAsync(() -> n, later)
                    : CompletableFuture.completedFuture(n));
    RoundResult result = driver(target, 1).round(new LoadCase(Workload.PUT, 1, 1_000), 1);
    assertThat(result.latency().p50()).isGreaterThan(50_000);
    assertThat(result.latency().max()).isGreaterThanOrEqualTo(590_000);
  }

  @Test
  void countedFromTheSendingTheSameStallIsInvisible() throws InterruptedException {
    Executor later = CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS);
    FakeTarget target =
        new FakeTarget(
            n ->
                n == 0
                    ? CompletableFuture.supplyAsync(() -> n, later)
                    : CompletableFuture.completedFuture(n));
    RoundResult result = driver(target, 1).round(new LoadCase(Workload.PUT, 1, 1_000), 1);
    // The control: this is what coordinated omission hides.
    assertThat(result.sinceSent().p50()).isLessThan(50_000);
    assertThat(result.sinceSent().max()).isGreaterThanOrEqualTo(590_000);
  }

  @Test
  void whatCouldNotBeSentUntilTheEndCountsAsUnsentAndAsLate() throws InterruptedException {
    // The first request outlives the round: 499 of 500 were due and could not be sent.
    Executor later = CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS);
    FakeTarget target = new FakeTarget(n -> CompletableFuture.supplyAsync(() -> n, later));
    RoundResult result = driver(target, 1).round(new LoadCase(Workload.PUT, 1, 1_000), 0.5);
    assertThat(result.unsent()).isEqualTo(499);
    assertThat(result.operations()).isZero(); // it ended after the round
    assertThat(target.puts).hasValue(1);
    assertThat(result.latency().p50()).isBetween(200_000.0, 300_000.0);
  }

  @Test
  void anOpenLoopSendsAtItsRateHoweverFastTheAnswersAre() throws InterruptedException {
    FakeTarget target = FakeTarget.instant();
    RoundResult result = driver(target, 2).round(new LoadCase(Workload.PUT, 16, 2_000), 0.5);
    assertThat(target.puts.get() + result.unsent()).isEqualTo(1_000);
  }

  @Test
  void aClosedLoopKeepsThatManyInFlightAndNeverMore() throws InterruptedException {
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Long>> waiting = new ArrayList<>();
    FakeTarget target =
        new FakeTarget(
            n -> {
              most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
              CompletableFuture<Long> answer = new CompletableFuture<>();
              List<CompletableFuture<Long>> all = List.of();
              synchronized (waiting) {
                waiting.add(answer);
                if (waiting.size() == 7) { // answered only when all seven are there
                  all = List.copyOf(waiting);
                  waiting.clear();
                }
              }
              inFlight.addAndGet(-all.size());
              all.forEach(each -> each.complete(n));
              return answer;
            });
    LoadDriver driver = driver(target, 1);
    LoadCase seven = LoadCase.closed(Workload.PUT, 7);
    // The last ones, fewer than seven perhaps, are answered by this timer.
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            () -> {
              synchronized (waiting) {
                waiting.forEach(each -> each.complete(0L));
              }
            },
            CompletableFuture.delayedExecutor(1_000, TimeUnit.MILLISECONDS));
    RoundResult result = driver.round(seven, 0.2);
    end.join();
    assertThat(most).hasValue(7);
    assertThat(result.operations()).isPositive();
    assertThat(result.errors()).isZero();
  }

  @Test
  void errorsAreCountedApartAndTheFirstIsTold() throws InterruptedException {
    FakeTarget target =
        new FakeTarget(
            n ->
                n % 2 == 0
                    ? CompletableFuture.failedFuture(new IllegalStateException("no " + n))
                    : CompletableFuture.completedFuture(n));
    RoundResult result = driver(target, 1).round(LoadCase.closed(Workload.PUT, 1), 0.1);
    assertThat(result.firstError()).contains("no 0");
    assertThat(result.errors() + result.operations())
        .isBetween(target.puts.get() - 1, target.puts.get());
    assertThat(Math.abs(result.errors() - result.operations())).isLessThanOrEqualTo(2);
  }

  @Test
  void aReadThatFindsNothingIsAnError() throws InterruptedException {
    RoundResult result =
        driver(FakeTarget.instant(), 1).round(LoadCase.closed(Workload.GET, 4), 0.05);
    assertThat(result.operations()).isZero();
    assertThat(result.errors()).isPositive();
    assertThat(result.firstError()).contains("wrong answer to Get");
  }

  private static LoadDriver driver(Target target, int threads) {
    return new LoadDriver(target, new KeySpace(KEYS), threads, 1);
  }
}
