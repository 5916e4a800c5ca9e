// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.Survivors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The control that must fail: with a direct family that is not fsynced, the judge of {@link
 * StoreCrashProperties} finds a lost acknowledged write in every run.
 */
final class StoreCrashControlTest {

  @ParameterizedTest
  @EnumSource(SyncMode.class)
  void anUnsyncedDirectWriteIsFoundMissing(SyncMode mode) throws Exception {
    int lost = 0;
    try (StoreRun run = StoreRun.record(mode, true, 7)) {
      for (int i = 0; i < 20; i++) {
        String wrong = run.judge(i / 20.0, DirectoryModel.ORDERED, Survivors.NONE, i);
        lost += wrong.contains("D2:") ? 1 : 0;
      }
    }
    assertThat(lost).as("states with a lost acknowledged direct write").isPositive();
  }
}
