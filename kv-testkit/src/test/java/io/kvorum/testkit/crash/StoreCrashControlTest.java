// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.Survivors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The controls that must fail: with one thing done wrong the judge of {@link StoreCrashTest} finds
 * the invariant broken, in every run. In sync mode every applied position is durable, so that two
 * of the wrongs are none.
 */
final class StoreCrashControlTest {

  /** It is found much sooner. */
  private static final int MOST_STATES = 300;

  private static final List<Survivors> SURVIVORS =
      List.of(Survivors.NONE, Survivors.PREFIX, Survivors.ALL);

  @ParameterizedTest
  @CsvSource({
    "RELAXED_DIRECT,  SYNC,   'D2: '",
    "RELAXED_DIRECT,  NOSYNC, 'D2: '",
    "RELAXED_DIRECT,  NOWAL,  'D2: '",
    "POSITION_APART,  SYNC,   'D3: '",
    "POSITION_APART,  NOSYNC, 'D3: '",
    "POSITION_APART,  NOWAL,  'D3: '",
    "REPORTS_APPLIED, NOSYNC, 'D4: '",
    "REPORTS_APPLIED, NOWAL,  'D4: '",
    "PURGES_FIRST,    NOSYNC, 'D4: '",
    "PURGES_FIRST,    NOWAL,  'D4: '"
  })
  void theJudgeFindsIt(Wrong wrong, SyncMode mode, String invariant) throws Exception {
    Random random = new Random(7);
    List<String> verdicts = new ArrayList<>();
    try (StoreRun run = StoreRun.record(mode, wrong, 7)) {
      for (int i = 0; i < MOST_STATES && !isFound(invariant, verdicts); i++) {
        verdicts.add(run.judge(crash(run, wrong, SURVIVORS.get(i % SURVIVORS.size()), random)));
      }
    }
    System.out.println(wrong + ", " + mode + ": found after " + verdicts.size() + " states");
    assertThat(isFound(invariant, verdicts)).as(verdicts.toString()).isTrue();
  }

  private static boolean isFound(String invariant, List<String> verdicts) {
    return verdicts.stream().anyMatch(verdict -> verdict.contains(invariant));
  }

  /** Where it shows. */
  private static StoreRun.Crash crash(
      StoreRun run, Wrong wrong, Survivors survivors, Random random) {
    return switch (wrong) {
      case REPORTS_APPLIED, PURGES_FIRST -> run.crashAfter(StoreChild.REPORTED, survivors, random);
      case RELAXED_DIRECT -> run.crash(Activity.DIRECT, DirectoryModel.ORDERED, survivors, random);
      default -> run.crash(Activity.APPLY, DirectoryModel.ORDERED, survivors, random);
    };
  }
}
