// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** The checker on histories of a store that is right, and of stores that are wrong in one way. */
class HistoryProperties {

  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);

  @Property(tries = 300)
  void aCorrectStoreIsNeverAccused(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int clients, @ForAll boolean watched) {
    for (int i = 0; i < EFFORT; i++) {
      History history = SimulatedRun.history(seed + i, Flaw.NONE, clients, 120, watched);
      Verdict verdict = HistoryChecker.check(history);
      assertThat(verdict).isNotInstanceOf(Verdict.Violation.class);
      // The search is exponential in the calls in doubt, and may give up; but seldom.
      Statistics.label("decided").collect(verdict instanceof Verdict.Valid);
    }
    Statistics.label("decided").coverage(c -> c.check(true).percentage(part -> part >= 95.0));
  }

  /** A wrong store need not show it in every run, but it must in most. */
  @Example
  void everyFlawIsFound() {
    for (Flaw flaw : EnumSet.complementOf(EnumSet.of(Flaw.NONE))) {
      List<String> findings = new ArrayList<>();
      int found = 0;
      for (int seed = 0; seed < 20; seed++) {
        Verdict verdict =
            HistoryChecker.check(
                SimulatedRun.history(
                    seed, flaw, 5, 200, seed % 2 == 0 || flaw.name().startsWith("WATCH")));
        findings.add(verdict.toString());
        found += verdict instanceof Verdict.Valid ? 0 : 1;
      }
      assertThat(found).as("histories of a store with %s", flaw).isGreaterThanOrEqualTo(12);
      assertThat(findings)
          .as("verdicts on a store with %s", flaw)
          .anyMatch(words -> words.startsWith("Valid") ? false : words.contains(flaw.word));
    }
  }

  /** One value changed in a sound history: a value nobody wrote. */
  @Property(tries = 100)
  void aChangedValueIsFound(@ForAll long seed, @ForAll boolean watched) {
    History history = SimulatedRun.history(seed, Flaw.NONE, 4, 100, watched);
    List<Operation> operations = new ArrayList<>(history.operations());
    for (int i = 0; i < operations.size(); i++) {
      Operation op = operations.get(i);
      if (op.kind() == Kind.READ && op.observations().get(0) instanceof Observation.Point point) {
        operations.set(
            i,
            new Operation(
                op.client(),
                op.kind(),
                op.invokedAt(),
                op.completedAt(),
                op.outcome(),
                op.promise(),
                op.readTs(),
                op.commitTs(),
                List.of(new Observation.Point(point.key(), "never")),
                List.of()));
        assertThat(HistoryChecker.check(new History(operations, history.watches())))
            .isInstanceOf(Verdict.Violation.class);
        return;
      }
    }
  }

  /** The search without timestamps agrees, on histories of simple reads and writes. */
  @Property(tries = 100)
  void withoutTimestampsTheVerdictIsTheSame(@ForAll long seed, @ForAll boolean stale) {
    History history = SimulatedRun.history(seed, stale ? Flaw.STALE_READ : Flaw.NONE, 4, 60, false);
    List<Operation> plain = new ArrayList<>();
    for (Operation op : history.operations()) {
      if (op.kind() != Kind.TRANSACTION && op.promise() instanceof ReadPromise.Linearizable) {
        plain.add(op);
      } else if (!op.effects().isEmpty()) {
        plain.add(without(op, op.outcome(), op.commitTs()));
      }
    }
    Verdict witnessed = HistoryChecker.check(new History(plain, List.of()));
    List<Operation> bare = new ArrayList<>();
    plain.forEach(op -> bare.add(op.effects().isEmpty() ? op : without(op, op.outcome(), -1)));
    Verdict searched = LinearizationSearch.check(new History(bare, List.of()));
    if (witnessed instanceof Verdict.Valid) {
      assertThat(searched).isInstanceOf(Verdict.Valid.class);
    }
    if (!stale) {
      assertThat(witnessed).isInstanceOf(Verdict.Valid.class);
    }
    if (searched instanceof Verdict.Violation) {
      assertThat(witnessed).isNotInstanceOf(Verdict.Valid.class);
    }
  }

  @Property(tries = 30)
  void aFileHoldsTheWholeHistory(@ForAll long seed) throws IOException {
    History history = SimulatedRun.history(seed, Flaw.NONE, 4, 100, true);
    List<Operation> operations = new ArrayList<>(history.operations());
    operations.add(
        Calls.call("odd name = ~;,:@%\u00e4", 5, 6)
            .put("", "")
            .delete("\u0000 \n\u00ff")
            .deletePrefix("")
            .unknown());
    operations.add(Calls.call("r", 5, 6).sawRange("", "~", "", "").ok());
    History written = new History(operations, history.watches());
    Path file = Files.createTempFile("history", ".txt");
    try {
      HistoryFile.write(written, file);
      assertThat(HistoryFile.read(file)).isEqualTo(written);
    } finally {
      Files.delete(file);
    }
  }

  /** A hundred thousand operations; a bound on the time would only measure the machine. */
  @Example
  void judgesLongHistories() {
    History history = SimulatedRun.history(42, Flaw.NONE, 8, 100_000, true);
    assertThat(HistoryChecker.check(history)).isInstanceOf(Verdict.Valid.class);
  }

  private static Operation without(Operation op, Outcome outcome, long commitTs) {
    return new Operation(
        op.client(),
        Kind.WRITE,
        op.invokedAt(),
        op.completedAt(),
        outcome,
        new ReadPromise.Linearizable(),
        -1,
        commitTs,
        List.of(),
        op.effects());
  }
}
