// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.raft.server.Voters;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundTest {

  private static final Voters THREE = new Voters(Set.of("a", "b", "c"), Set.of());

  private static final long PROMISE = 700;

  @Test
  void promisesNoMoreThanTheLeastOfItsMajority() {
    Voters five = new Voters(Set.of("a", "b", "c", "d", "e"), Set.of());
    Round round = new Round(4, "a", five);
    round.answered("b", 4, 900);
    round.answered("c", 4, 100);
    round.answered("d", 4, 5);
    assertThat(round.verdict())
        .isCompletedWithValue(new Round.Confirmation(4, 100, Set.of("a", "b", "c")));
  }

  @Test
  void oneReplicaIsItsOwnMajority() {
    Round round = new Round(4, "a", new Voters(Set.of("a"), Set.of()));
    assertThat(round.verdict()).isCompleted();
    assertThat(round.others()).isEmpty();
  }

  @Test
  void aMajorityConfirms() {
    Round round = new Round(4, "a", THREE);
    assertThat(round.others()).containsExactlyInAnyOrder("b", "c");
    assertThat(round.verdict()).isNotDone();
    round.silent("b", "gone");
    assertThat(round.verdict()).isNotDone();
    round.answered("c", 4, PROMISE);
    assertThat(round.verdict())
        .isCompletedWithValue(new Round.Confirmation(4, PROMISE, Set.of("a", "c")));
  }

  @Test
  void aHigherTermEndsItEvenIfTheOthersAgreeLater() {
    Round round = new Round(4, "a", THREE);
    round.answered("b", 5, PROMISE);
    round.answered("c", 4, PROMISE);
    assertThat(round.verdict()).isCompletedExceptionally();
  }

  @Test
  void aLowerTermHasVotedForNoLaterLeader() {
    Round round = new Round(4, "a", THREE);
    round.answered("b", 3, PROMISE);
    assertThat(round.verdict())
        .isCompletedWithValue(new Round.Confirmation(4, PROMISE, Set.of("a", "b")));
  }

  @Test
  void tooManySilentOnesEndIt() {
    Round round = new Round(4, "a", THREE);
    round.silent("b", "gone");
    round.silent("c", "gone");
    assertThat(round.verdict()).isCompletedExceptionally();
  }

  @Test
  void bothMajoritiesAreNeededWhileTheGroupChanges() {
    Round round = new Round(4, "a", new Voters(Set.of("a", "b", "c"), Set.of("a", "d", "e")));
    round.answered("b", 4, PROMISE);
    assertThat(round.verdict()).isNotDone();
    round.answered("e", 4, PROMISE);
    assertThat(round.verdict())
        .isCompletedWithValue(new Round.Confirmation(4, PROMISE, Set.of("a", "b", "e")));
  }
}
