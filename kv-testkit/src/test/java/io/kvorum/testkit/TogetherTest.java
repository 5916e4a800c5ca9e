// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TogetherTest {

  private final AtomicInteger ended = new AtomicInteger();

  @Test
  void allRunAtOnceAndHaveEnded() {
    CyclicBarrier allThere = new CyclicBarrier(3);
    Runnable task =
        () -> {
          try {
            allThere.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("the others do not run", e);
          }
          ended.incrementAndGet();
        };
    Together.run(List.of(task, task, task), e -> true);
    assertThat(ended).hasValue(3);
    Together.run(List.of(), e -> true);
  }

  @Test
  void theFailureThatIsAskedForIsThrownAndTheOthersGoWithIt() {
    RuntimeException other = new IllegalStateException("other");
    RuntimeException wanted = new UnsupportedOperationException("wanted");
    List<Runnable> tasks =
        List.of(
            () -> {
              throw other;
            },
            () -> {
              throw wanted;
            },
            ended::incrementAndGet);
    assertThatThrownBy(() -> Together.run(tasks, e -> e == wanted))
        .isSameAs(wanted)
        .hasSuppressedException(other);
    assertThat(ended).hasValue(1);
  }

  @Test
  void anyFailureIsThrownWhenThereIsNoneOfThoseAskedFor() {
    RuntimeException only = new IllegalStateException("only");
    List<Runnable> tasks =
        List.of(
            ended::incrementAndGet,
            () -> {
              throw only;
            });
    assertThatThrownBy(() -> Together.run(tasks, e -> false)).isSameAs(only);
  }
}
