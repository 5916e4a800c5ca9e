// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.Survivors;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The crash matrix of a group of three: in each mode, during each activity, a follower, the leader,
 * or all three lose power. The group starts again by itself, has lost nothing that was
 * acknowledged, its replicas end in one state and their stores are sound.
 *
 * <p>Once around the table the victim changes with mode and activity. With more effort every victim
 * is hit in every cell, and further groups are recorded until that is so.
 */
final class GroupCrashTest {

  private static final long SEED = Long.getLong("kvorum.crash.seed", 20_261_123L);
  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);
  private static final List<Victim> VICTIMS = List.of(Victim.ALL, Victim.LEADER, Victim.FOLLOWER);
  private static final List<Survivors> SURVIVORS =
      List.of(Survivors.NONE, Survivors.PREFIX, Survivors.PAGES);
  private static final List<SyncMode> MODES = List.of(SyncMode.values());

  /** Recorded in each mode with more effort, at most. */
  private static final int MOST_GROUPS = 6;

  private static final CrashTable TABLE = new CrashTable();
  private static int modes;
  private static int memberModes;

  @ParameterizedTest
  @EnumSource(SyncMode.class)
  void nothingAcknowledgedIsLost(SyncMode mode) throws Exception {
    System.out.println("kvorum.crash.seed=" + SEED + ", " + mode);
    Random random = new Random(SEED + mode.name().hashCode());
    List<String> wrong = new ArrayList<>();
    try (GroupRun run = GroupRun.record(mode, SEED)) {
      for (Activity activity : GroupRun.ACTIVITIES) {
        for (int i = 0; i < EFFORT && writesFiles(mode, activity); i++) {
          wrong.addAll(crash(run, mode, activity, i, random));
        }
      }
      GroupRun.Crash first = run.crashAt(0.5, SURVIVORS.get(MODES.indexOf(mode)), random);
      GroupRun start = run.startAfter(first);
      for (int i = 0; i < 2 * EFFORT; i++) {
        wrong.addAll(crash(start, mode, Activity.START, i, random));
      }
      start.close();
    }
    for (int i = 1; EFFORT > 1 && i < MOST_GROUPS && !untried(mode).isEmpty(); i++) {
      wrong.addAll(tryOthers(mode, SEED + i, random));
    }
    assertThat(wrong).isEmpty();
    modes++;
  }

  /** A replica leaves the group, and comes back to it, while the others write. */
  @ParameterizedTest
  @EnumSource(SyncMode.class)
  void nothingAcknowledgedIsLostWhileTheMembersChange(SyncMode mode) throws Exception {
    System.out.println("kvorum.crash.seed=" + SEED + ", " + mode + ", members");
    Random random = new Random(SEED - mode.name().hashCode());
    List<String> wrong = new ArrayList<>();
    try (GroupRun run = GroupRun.recordMembers(mode, SEED)) {
      for (int i = 0; i < (EFFORT == 1 ? 1 : EFFORT * VICTIMS.size()); i++) {
        wrong.addAll(crash(run, mode, Activity.MEMBERS, i, random));
      }
    }
    assertThat(wrong).isEmpty();
    memberModes++;
  }

  /* Not every group does everything, and a start is recorded only behind the first one. */
  private static List<String> tryOthers(SyncMode mode, long seed, Random random) throws Exception {
    System.out.println("another group, seed " + seed + ", for " + untried(mode));
    List<String> wrong = new ArrayList<>();
    try (GroupRun run = GroupRun.record(mode, seed)) {
      List<CrashTable.Cell> cells = untried(mode);
      cells.removeIf(cell -> cell.activity() == Activity.START);
      for (CrashTable.Cell cell : cells) {
        for (Survivors survivors : SURVIVORS) {
          wrong.addAll(crash(run, cell, survivors, random).orElse(List.of()));
        }
      }
    }
    return wrong;
  }

  /** What this mode has not met yet, of all that it can. */
  private static List<CrashTable.Cell> untried(SyncMode mode) {
    List<CrashTable.Cell> cells = new ArrayList<>();
    for (Victim victim : VICTIMS) {
      GroupRun.ACTIVITIES.stream()
          .filter(activity -> writesFiles(mode, activity))
          .forEach(activity -> cells.add(new CrashTable.Cell(victim, activity, mode)));
      cells.add(new CrashTable.Cell(victim, Activity.START, mode));
    }
    // A leader installs nothing, and nobody leads while the group starts.
    cells.remove(new CrashTable.Cell(Victim.LEADER, Activity.INSTALL, mode));
    cells.remove(new CrashTable.Cell(Victim.LEADER, Activity.START, mode));
    cells.removeIf(cell -> TABLE.losses(cell) > 0);
    return cells;
  }

  /** Without a log of RocksDB, applying a group writes no file. */
  private static boolean writesFiles(SyncMode mode, Activity activity) {
    return mode != SyncMode.NOWAL || activity != Activity.APPLY;
  }

  private static List<String> crash(
      GroupRun run, SyncMode mode, Activity activity, int round, Random random) throws Exception {
    int row = 1 + GroupRun.ACTIVITIES.indexOf(activity);
    int turn = row + MODES.indexOf(mode) + round;
    Survivors survivors = SURVIVORS.get((row + round) % SURVIVORS.size());
    for (int i = 0; i < VICTIMS.size(); i++) {
      Victim victim = VICTIMS.get((turn + i) % VICTIMS.size());
      Optional<List<String>> wrong =
          crash(run, new CrashTable.Cell(victim, activity, mode), survivors, random);
      if (wrong.isPresent()) {
        return wrong.get();
      }
    }
    return List.of();
  }

  /** What is wrong after one crash of that kind; empty when this group never came to it. */
  private static Optional<List<String>> crash(
      GroupRun run, CrashTable.Cell cell, Survivors survivors, Random random) throws Exception {
    GroupRun.Crash crash = run.crash(cell.victim(), cell.activity(), survivors, random);
    if (crash == null) {
      return Optional.empty();
    }
    String verdict = run.judge(crash);
    TABLE.add(cell, survivors, crash.state().lostBytes() > 0);
    return Optional.of(verdict.isEmpty() ? List.of() : List.of(verdict));
  }

  /** The control that must fail: without the fsyncs of the Raft log the judge finds a loss. */
  @Test
  void withoutTheSyncsOfTheLogALossIsFound() throws Exception {
    try (GroupRun run = GroupRun.record(SyncMode.NOSYNC, SEED)) {
      // Early: before much of it is in a checkpoint.
      assertALossIsFound(run.withoutLogSyncs(), 0.1);
    }
  }

  /** The control that must fail: the log is purged for checkpoints that were never fsynced. */
  @Test
  void withoutTheSyncsOfCheckpointAndStoreALossIsFound() throws Exception {
    try (GroupRun run = GroupRun.record(SyncMode.NOSYNC, SEED)) {
      assertALossIsFound(run.withoutCheckpointSyncs(), 0.7);
    }
  }

  private static void assertALossIsFound(GroupRun deaf, double from) throws Exception {
    List<String> verdicts = new ArrayList<>();
    for (int i = 0; i < 3 && verdicts.stream().allMatch(String::isEmpty); i++) {
      verdicts.add(deaf.judge(deaf.crashAt(from + 0.1 * i, Survivors.NONE, new Random(i))));
    }
    assertThat(verdicts).anyMatch(verdict -> !verdict.isEmpty());
    System.out.println("the control found: " + verdicts);
  }

  /** Unless it was skipped, or a mode failed and has said so. */
  @AfterAll
  static void everyActivityWasTried() {
    System.out.println(TABLE);
    if (modes < SyncMode.values().length || memberModes < SyncMode.values().length) {
      return;
    }
    Set<Activity> activities = EnumSet.of(Activity.START, Activity.MEMBERS);
    activities.addAll(GroupRun.ACTIVITIES);
    for (SyncMode mode : SyncMode.values()) {
      assertThat(TABLE.lossy(mode)).as("states that lost something, " + mode).isPositive();
      for (Activity activity : activities) {
        int tried =
            VICTIMS.stream()
                .mapToInt(victim -> TABLE.losses(new CrashTable.Cell(victim, activity, mode)))
                .sum();
        assertThat(tried > 0).as(mode + ", " + activity).isEqualTo(writesFiles(mode, activity));
      }
      if (EFFORT > 1) {
        assertThat(untried(mode)).as("cells that were not tried").isEmpty();
      }
    }
  }
}
