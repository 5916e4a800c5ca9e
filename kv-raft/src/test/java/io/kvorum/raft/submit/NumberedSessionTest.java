// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.fsm.interpret.InterpreterLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

class NumberedSessionTest {

  private static final int WINDOW = InterpreterLimits.SESSION_WINDOW;

  /** Invariants (1) to (4), with writes that end in any order and in any way. */
  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void neverAcknowledgesWhatIsUnderWayOrInDoubtNorRunsAhead(@ForAll long seed) {
    Random random = new Random(seed);
    NumberedSession session = new NumberedSession(7, 0);
    List<Ticket> underWay = new ArrayList<>();
    Set<Long> inDoubt = new HashSet<>();
    Set<Long> given = new HashSet<>();
    long reached = 1; // the floor of the state machine, as far as it is certain
    int doubtful = random.nextInt(3);
    int most = 1 + random.nextInt(2 * WINDOW);
    for (int i = 0; i < 4 * WINDOW; i++) {
      Ticket ticket = underWay.size() < most ? session.take(i) : null;
      if (ticket != null) {
        assertThat(given.add(ticket.sequence())).isTrue();
        assertThat(ticket.acknowledgedBelow()).isLessThanOrEqualTo(ticket.sequence());
        assertThat(ticket.sequence() - reached).isLessThan(WINDOW);
        for (Ticket other : underWay.subList(0, Math.min(5, underWay.size()))) {
          assertThat(ticket.acknowledgedBelow()).isLessThanOrEqualTo(other.sequence());
        }
        for (long other : inDoubt) {
          assertThat(ticket.acknowledgedBelow()).isLessThanOrEqualTo(other);
        }
        underWay.add(ticket);
      } else if (underWay.isEmpty()) {
        assertThat(inDoubt).as("the window is used up without a reason").isNotEmpty();
        break;
      }
      if (ticket == null || random.nextInt(2 * underWay.size() + 2) > underWay.size()) {
        Ticket done = underWay.remove(random.nextInt(Math.min(3, underWay.size())));
        if (doubtful > 0 && random.nextInt(1000) == 0) {
          session.inDoubt(done);
          inDoubt.add(done.sequence());
        } else if (random.nextInt(10) == 0) {
          session.neverProposed(done);
        } else {
          session.answered(done);
          reached = Math.max(reached, done.acknowledgedBelow());
        }
      }
    }
    assertThat(session.isBusy()).isEqualTo(!underWay.isEmpty());
    assertThat(session.isSettled()).isEqualTo(underWay.isEmpty() && inDoubt.isEmpty());
  }

  @Example
  void aLoneWriterAcknowledgesEverythingBeforeAndNeverUsesTheWindowUp() {
    NumberedSession session = new NumberedSession(7, 0);
    for (long i = 1; i < 3L * WINDOW; i++) {
      Ticket ticket = Objects.requireNonNull(session.take(i));
      assertThat(ticket.acknowledgedBelow()).isEqualTo(i);
      session.answered(ticket);
    }
  }

  @Example
  void oneInDoubtUsesTheWindowUp() {
    NumberedSession session = new NumberedSession(7, 0);
    Ticket lost = Objects.requireNonNull(session.take(0));
    session.inDoubt(lost);
    int taken = 1;
    for (@Nullable Ticket next = session.take(0); next != null; next = session.take(0)) {
      session.answered(next);
      taken++;
    }
    assertThat(taken).isEqualTo(WINDOW);
    assertThat(session.isSettled()).isFalse();
  }
}
