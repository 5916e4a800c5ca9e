// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.Survivors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The crash matrix of a store by itself: in each mode, during each activity, power is lost or the
 * process is killed at random places. Every acknowledged direct write is there (D2), the replicated
 * state is that of the log entries 1..P exactly, P being the position found (D3), what was reported
 * is durable (D4), and the format is sound.
 *
 * <p>The modes run side by side: they share nothing but the table.
 */
final class StoreCrashTest {

  private static final long SEED = Long.getLong("kvorum.crash.seed", 20_261_123L);
  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);

  /** Of them one in eight is a kill, the others are losses of power. */
  private static final int STATES = Integer.getInteger("kvorum.crash.states", 48);

  private static final int USUAL_STATES = 48;

  private static final int STARTS = 2;
  private static final List<Survivors> SURVIVORS =
      List.of(Survivors.NONE, Survivors.PREFIX, Survivors.PAGES, Survivors.PREFIX);
  private static final CrashTable TABLE = new CrashTable();
  private static final AtomicInteger MODES_DONE = new AtomicInteger();

  @ParameterizedTest
  @EnumSource(SyncMode.class)
  @Execution(ExecutionMode.CONCURRENT)
  void nothingPromisedIsLost(SyncMode mode) throws Exception {
    System.out.println("kvorum.crash.seed=" + SEED + ", " + mode);
    Random random = new Random(SEED + mode.name().hashCode());
    List<String> wrong = new ArrayList<>();
    try (StoreRun run = StoreRun.record(mode, Wrong.NOTHING, SEED)) {
      for (Activity activity : StoreRun.ACTIVITIES) {
        wrong.addAll(crash(run, mode, activity, STATES * EFFORT, random));
      }
      for (int i = 0; i < STARTS * EFFORT; i++) {
        Activity first = StoreRun.ACTIVITIES.get(random.nextInt(StoreRun.ACTIVITIES.size()));
        Survivors survivors = SURVIVORS.get(i % SURVIVORS.size());
        StoreRun.Crash crash = run.crash(first, DirectoryModel.ORDERED, survivors, random);
        StoreRun start = run.startAfter(crash);
        wrong.addAll(crash(start, mode, Activity.START, STATES / STARTS, random));
        start.close();
      }
    }
    assertThat(wrong).isEmpty();
    MODES_DONE.incrementAndGet();
  }

  private static List<String> crash(
      StoreRun run, SyncMode mode, Activity activity, int states, Random random) throws Exception {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      Survivors survivors = i % 8 == 7 ? Survivors.ALL : SURVIVORS.get(i % SURVIVORS.size());
      DirectoryModel model = i / 4 % 2 == 0 ? DirectoryModel.ORDERED : DirectoryModel.STRICT;
      StoreRun.Crash crash = run.crash(activity, model, survivors, random);
      String verdict = run.judge(crash);
      TABLE.add(
          new CrashTable.Cell(Victim.STORE, activity, mode),
          survivors,
          crash.state().lostBytes() > 0);
      if (!verdict.isEmpty()) {
        wrong.add(verdict);
      }
    }
    return wrong;
  }

  /** Unless it was skipped, or a mode failed and has said so. */
  @AfterAll
  static void everyCellWasTried() {
    System.out.println(TABLE);
    if (MODES_DONE.get() < SyncMode.values().length) {
      return;
    }
    assertThat(TABLE.losses()).isGreaterThanOrEqualTo(1_000 * STATES / USUAL_STATES * EFFORT);
    List<Activity> activities = new ArrayList<>(StoreRun.ACTIVITIES);
    activities.add(Activity.START);
    for (SyncMode mode : SyncMode.values()) {
      assertThat(TABLE.lossy(mode)).as("states that lost something, " + mode).isPositive();
      for (Activity activity : activities) {
        CrashTable.Cell cell = new CrashTable.Cell(Victim.STORE, activity, mode);
        assertThat(TABLE.losses(cell)).as(cell.toString()).isPositive();
      }
    }
  }
}
