// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LeaderClockTest {

  @Test
  void risesWhenTheClockStandsStillOrRunsBack() {
    AtomicLong millis = new AtomicLong(1000);
    LeaderClock clock = new LeaderClock(millis::get);

    assertThat(clock.next()).isEqualTo(1000L << 16);
    assertThat(clock.next()).isEqualTo((1000L << 16) + 1);
    millis.set(10);
    assertThat(clock.next()).isEqualTo((1000L << 16) + 2);
    millis.set(1001);
    assertThat(clock.next()).isEqualTo(1001L << 16);
  }
}
