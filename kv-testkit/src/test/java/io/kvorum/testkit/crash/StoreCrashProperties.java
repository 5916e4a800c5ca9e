// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.Survivors;
import java.util.EnumMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * D2 and D3 after power loss at any place of a run: every acknowledged direct write is there, and
 * the replicated state is that of the log entries 1..P exactly, P being the position found.
 */
final class StoreCrashProperties {

  private static final long SCRIPT_SEED = Long.getLong("kvorum.crash.seed", 20_261_123L);
  private static final Map<SyncMode, StoreRun> RUNS = new EnumMap<>(SyncMode.class);

  @Property(tries = 340)
  void sync(
      @ForAll @DoubleRange(max = 1) double place,
      @ForAll DirectoryModel model,
      @ForAll Survivors survivors,
      @ForAll long seed)
      throws Exception {
    assertThat(run(SyncMode.SYNC).judge(place, model, survivors, seed)).isEmpty();
  }

  @Property(tries = 340)
  void nosync(
      @ForAll @DoubleRange(max = 1) double place,
      @ForAll DirectoryModel model,
      @ForAll Survivors survivors,
      @ForAll long seed)
      throws Exception {
    assertThat(run(SyncMode.NOSYNC).judge(place, model, survivors, seed)).isEmpty();
  }

  @Property(tries = 340)
  void nowal(
      @ForAll @DoubleRange(max = 1) double place,
      @ForAll DirectoryModel model,
      @ForAll Survivors survivors,
      @ForAll long seed)
      throws Exception {
    assertThat(run(SyncMode.NOWAL).judge(place, model, survivors, seed)).isEmpty();
  }

  private static StoreRun run(SyncMode mode) throws Exception {
    StoreRun run = RUNS.get(mode);
    if (run == null) {
      run = StoreRun.record(mode, false, SCRIPT_SEED);
      RUNS.put(mode, run);
    }
    return run;
  }

  @AfterContainer
  static void somethingWasReallyLost() throws Exception {
    for (Map.Entry<SyncMode, StoreRun> run : RUNS.entrySet()) {
      run.getValue().close();
      assertThat(run.getValue().lossyStates()).as("lossy states, " + run.getKey()).isPositive();
    }
    RUNS.clear();
  }
}
