// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.Disk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promises of {@link StoreCrashTest} and {@link GroupCrashTest} on a real ext4 that is shut
 * down under the process, by the kernel: no model of a file system stands between.
 */
final class DiskCrashTest {

  private static final long SEED = Long.getLong("kvorum.crash.seed", 20_261_123L);
  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);

  private static final List<SyncMode> GROUP_MODES =
      List.of(SyncMode.NOSYNC, SyncMode.NOWAL, SyncMode.SYNC);

  /* Nothing is synced between a checkpoint at step 64 and the end of the steps without direct. */
  private static final int RAFT_ONLY_STEPS = 76;

  /* The last dozen of them has direct writes, and nothing else syncs. */
  private static final int DIRECT_STEPS = 38;

  @BeforeAll
  static void available() {
    Optional<String> reason = Disk.unavailableReason();
    reason.ifPresent(why -> System.out.println("SKIPPED: real file system shut down: " + why));
    Assumptions.assumeTrue(reason.isEmpty());
  }

  @ParameterizedTest
  @EnumSource(SyncMode.class)
  void aStoreLosesNothingThatWasPromised(SyncMode mode) throws Exception {
    Random random = new Random(SEED + mode.name().hashCode());
    List<DiskRun.Result> results = new ArrayList<>();
    for (int i = 0; i < EFFORT; i++) {
      results.add(DiskRun.ofStore(mode, Wrong.NOTHING, SEED + i, 300, 20 + random.nextInt(200)));
    }
    System.out.println(mode + ": " + results);
    assertThat(results).allMatch(result -> result.wrong().isEmpty());
  }

  /** And entries that no fsync has reached are lost, as they may be: the log replays them. */
  @ParameterizedTest
  @EnumSource(names = {"NOSYNC", "NOWAL"})
  void whatNoFsyncHasReachedIsLost(SyncMode mode) throws Exception {
    DiskRun.Result result =
        DiskRun.ofStore(mode, Wrong.NOTHING, SEED, RAFT_ONLY_STEPS, Integer.MAX_VALUE);
    System.out.println(mode + ": " + result);
    assertThat(result.wrong()).isEmpty();
    assertThat(result.lostEntries()).isPositive();
  }

  /** The control that must fail. */
  @Test
  void anUnsyncedDirectWriteIsFoundMissing() throws Exception {
    DiskRun.Result result =
        DiskRun.ofStore(
            SyncMode.NOSYNC, Wrong.RELAXED_DIRECT, SEED, DIRECT_STEPS, Integer.MAX_VALUE);
    System.out.println("the control found: " + result.wrong());
    assertThat(result.wrong()).contains(StoreVerdict.D2);
  }

  @Test
  void aGroupLosesNothingThatWasAcknowledged() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < EFFORT; i++) {
      SyncMode mode = GROUP_MODES.get(i % GROUP_MODES.size());
      DiskRun.Result result = DiskRun.ofGroup(mode, SEED + i, 40 + random.nextInt(140));
      System.out.println("group, " + mode + ": " + result);
      assertThat(result.wrong()).isEmpty();
    }
  }
}
