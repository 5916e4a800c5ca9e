// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FreshnessTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // overflows in the tests
  private final Freshness freshness = new Freshness(clock::get);

  @Test
  void nothingIsFreshBeforeTheFirstRead() {
    assertThat(freshness.isWithin(Duration.ofDays(100_000))).isFalse();
  }

  @Test
  void ageCountsFromTheBeginningOfTheReadThatWasCaughtUpWith() {
    clock.addAndGet(10);
    long began = clock.get();
    clock.addAndGet(7);
    freshness.caughtUp(began);
    assertThat(freshness.isWithin(Duration.ofNanos(6))).isFalse();
    assertThat(freshness.isWithin(Duration.ofNanos(7))).isTrue();
    freshness.caughtUp(began - 5); // one that ended later, and began earlier
    assertThat(freshness.isWithin(Duration.ofNanos(7))).isTrue();
  }
}
