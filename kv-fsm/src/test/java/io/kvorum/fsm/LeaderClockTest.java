// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Request;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LeaderClockTest {

  private static final Command PLAIN = command(0, 0);

  private final AtomicLong millis = new AtomicLong(1000);
  private final LeaderClock clock = new LeaderClock(millis::get);

  @Test
  void risesWhenTheClockStandsStillOrRunsBackALittle() {
    assertThat(clock.hintFor(PLAIN)).isEqualTo(1000L << 16);
    assertThat(clock.hintFor(PLAIN)).isEqualTo((1000L << 16) + 1);
    millis.set(10);
    assertThat(clock.hintFor(PLAIN)).isEqualTo((1000L << 16) + 2);
    millis.set(1001);
    assertThat(clock.hintFor(PLAIN)).isEqualTo(1001L << 16);
  }

  @Test
  void followsAClockThatWasSetBack() {
    millis.set(5_000);
    clock.hintFor(PLAIN);
    millis.set(3_000);

    assertThat(clock.hintFor(PLAIN)).isEqualTo(3_000L << 16);
  }

  @Test
  void aTimestampThatACommandBringsAlongMustNotBeTooFarAhead() {
    long ahead = 2000L << 16;
    assertThat(clock.hintFor(command(ahead, 0))).isEqualTo(1000L << 16);
    assertThat(clock.hintFor(command(5, ahead))).isEqualTo((1000L << 16) + 1);

    assertThatThrownBy(() -> clock.hintFor(command(ahead + 1, 0)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("allowed are 1000 ms");
    assertThatThrownBy(() -> clock.hintFor(command(0, Long.MAX_VALUE)))
        .isInstanceOf(InvalidArgumentException.class);
    Command once = new Command(0, List.of(new Request.Once(1, 1, 0, new Request.Clock(ahead + 1))));
    assertThatThrownBy(() -> clock.hintFor(once)).isInstanceOf(InvalidArgumentException.class);
  }

  private static Command command(long hint, long atLeast) {
    return new Command(hint, List.of(new Request.Clock(atLeast)));
  }
}
