// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaderLeaseTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // overflows in the tests
  private final LeaderLease lease = new LeaderLease(MILLISECONDS.toNanos(2_000), clock::get);

  @Test
  void nothingHoldsBeforeTheFirstRound() {
    assertThat(lease.holds(-1)).isFalse();
    assertThat(lease.holds(1)).isFalse();
  }

  @Test
  void holdsForThreeQuartersOfThePromiseFromTheBeginningOfTheRound() {
    long began = clock.get();
    pass(100);
    lease.grant(3, began, 1_000);
    assertThat(lease.holds(3)).isTrue();
    pass(649);
    assertThat(lease.holds(3)).isTrue();
    pass(1);
    assertThat(lease.holds(3)).isFalse();
  }

  @Test
  void belongsToOneTermAndNeverFallsBack() {
    lease.grant(3, clock.get(), 1_000);
    assertThat(lease.holds(4)).isFalse();
    lease.grant(4, clock.get(), 400);
    assertThat(lease.holds(3)).isFalse();
    lease.grant(3, clock.get(), 1_000); // a late answer
    assertThat(lease.holds(4)).isTrue();
    lease.grant(4, clock.get(), 100); // shorter than what was promised already
    pass(200);
    assertThat(lease.holds(4)).isTrue();
  }

  @Test
  void aHandOverEndsItAndKeepsItAwayForAWhile() {
    lease.grant(3, clock.get(), 1_000);
    lease.block();
    assertThat(lease.holds(3)).isFalse();
    lease.grant(3, clock.get(), 10_000);
    pass(1_999);
    assertThat(lease.holds(3)).isFalse();
    pass(1);
    assertThat(lease.holds(3)).isTrue();
  }

  private void pass(long millis) {
    clock.addAndGet(MILLISECONDS.toNanos(millis));
  }
}
