// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.Survivors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A group of three loses nothing that was acknowledged when all three replicas lose power at once,
 * whatever the sync mode, and its replicas end in one state.
 *
 * <p>Directories are ORDERED, as on ext4 and XFS. STRICT is left out: Ratis fsyncs no directory, so
 * under it the names of its files may be gone from all three replicas at once, with every fsynced
 * entry in them, and the judge does find acknowledged writes lost.
 */
final class GroupCrashTest {

  private static final long SEED = Long.getLong("kvorum.crash.seed", 20_261_123L);
  private static final int STATES = Integer.getInteger("kvorum.crash.group.states", 6);
  private static final List<Survivors> SURVIVORS =
      List.of(Survivors.NONE, Survivors.PREFIX, Survivors.PAGES);

  @ParameterizedTest
  @EnumSource(SyncMode.class)
  void nothingAcknowledgedIsLost(SyncMode mode) throws Exception {
    System.out.println("kvorum.crash.seed=" + SEED + ", " + mode);
    Random random = new Random(SEED);
    List<String> wrong = new ArrayList<>();
    try (GroupRun run = GroupRun.record(mode, SEED)) {
      for (int i = 0; i < STATES; i++) {
        Survivors survivors = SURVIVORS.get(i % SURVIVORS.size());
        double place = (i + random.nextDouble()) / STATES;
        wrong.add(run.judge(place, DirectoryModel.ORDERED, survivors, random.nextLong()));
      }
      assertThat(run.lostBytes()).as("un-synced bytes that were lost").isPositive();
    }
    assertThat(wrong).allMatch(String::isEmpty);
  }

  /** The control that must fail: without the fsyncs of the Raft log the judge finds a loss. */
  @Test
  void withoutTheSyncsOfTheLogALossIsFound() throws Exception {
    List<String> verdicts = new ArrayList<>();
    try (GroupRun run = GroupRun.record(SyncMode.NOSYNC, SEED)) {
      GroupRun deaf = run.withoutLogSyncs();
      for (int i = 0; i < 3; i++) {
        double place = 0.1 + 0.1 * i; // early: before much of it is in a checkpoint
        verdicts.add(deaf.judge(place, DirectoryModel.ORDERED, Survivors.NONE, i));
      }
    }
    assertThat(verdicts).anyMatch(verdict -> verdict.startsWith(GroupRun.LOST));
  }
}
