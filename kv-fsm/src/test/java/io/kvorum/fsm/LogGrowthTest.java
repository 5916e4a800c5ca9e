// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import org.junit.jupiter.api.Test;

final class LogGrowthTest {

  @Test
  void eitherBoundIsEnough() {
    LogGrowth growth = new LogGrowth(new CheckpointSchedule(3, 1_000));
    growth.add(10);
    growth.add(10);
    assertThat(growth.isDue()).isFalse();
    growth.add(10);
    assertThat(growth.isDue()).isTrue();
    growth.restart();
    growth.add(999);
    assertThat(growth.isDue()).isFalse();
    growth.add(1);
    assertThat(growth.isDue()).isTrue();
  }

  @Test
  void oneThatCouldNotBeTakenIsDueAgainSoon() {
    LogGrowth growth = new LogGrowth(new CheckpointSchedule(1_000, 800));
    growth.add(800);
    growth.postpone();
    assertThat(growth.isDue()).isFalse();
    growth.add(99);
    assertThat(growth.isDue()).isFalse();
    growth.add(1);
    assertThat(growth.isDue()).isTrue();
    growth.restart();
    growth.add(799);
    assertThat(growth.isDue()).isFalse();
  }

  @Test
  void withoutAnEndItIsNeverDue() {
    LogGrowth growth = new LogGrowth(CheckpointSchedule.NEVER);
    growth.add(Long.MAX_VALUE - 1);
    growth.postpone();
    assertThat(growth.isDue()).isFalse();
  }

  @Test
  void aScheduleOfNothingIsRefused() {
    assertThatThrownBy(() -> new CheckpointSchedule(0, 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("entries 0");
    assertThatThrownBy(() -> new CheckpointSchedule(1, 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("bytes 0");
  }
}
