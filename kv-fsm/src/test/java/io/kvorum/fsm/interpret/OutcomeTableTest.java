// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.StoreKind;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Outcomes;
import io.kvorum.fsm.wire.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OutcomeTableTest {

  private static final long RUN = OutcomeTable.RUN;
  private static final byte[] KEY = "k".getBytes(UTF_8);

  @TempDir Path dir;
  private long index;

  @ParameterizedTest
  @EnumSource
  void oneEntrysOutcomesShareTheRecordsOfTheirRuns(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      long session = open(store);
      List<Outcome> first = apply(store, writes(session, 0, 1, 2 * RUN));
      assertThat(records(store)).containsExactly(run(1, RUN - 1), run(RUN, 2 * RUN - 1), run(64));

      List<Outcome> again = apply(store, writes(session, 0, 1, 2 * RUN));
      for (int i = 0; i < first.size(); i++) {
        assertThat(again.get(i))
            .isEqualTo(new Outcome.Duplicate(first.get(i), new LogPosition(1, index - 1)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRunGoesWhenTheFloorHasPassedAllOfIt(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      long session = open(store);
      apply(store, writes(session, 0, 1, 40));
      apply(store, writes(session, RUN - 1, 41, 41));
      assertThat(records(store)).containsExactly(run(1, RUN - 1), run(RUN, 41));
      apply(store, writes(session, RUN, 42, 42));
      assertThat(records(store)).containsExactly(run(RUN, 42));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRecordIsWrittenWithoutWhatIsBelowTheFloor(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      long session = open(store);
      for (long sequence = 1; sequence < 20; sequence++) {
        apply(store, writes(session, sequence, sequence, sequence));
        assertThat(records(store)).containsExactly(run(sequence));
      }
      assertThat(StateReads.outcomeOf(store, session, 18))
          .isEqualTo(new Outcome.SequenceForgotten(19));
      assertThat(apply(store, writes(session, 0, 18, 18)))
          .containsExactly(new Outcome.SequenceForgotten(19));
    }
  }

  /** What is below the floor and still in a record is forgotten all the same. */
  @ParameterizedTest
  @EnumSource
  void whatARecordStillHoldsBelowTheFloorIsForgotten(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      long session = open(store);
      apply(store, writes(session, 0, 1, 5));
      apply(store, writes(session, 4, RUN, RUN));
      assertThat(records(store)).containsExactly(run(1, 5), run(RUN));
      assertThat(StateReads.outcomeOf(store, session, 3))
          .isEqualTo(new Outcome.SequenceForgotten(4));
      assertThat(apply(store, writes(session, 0, 3, 3)))
          .containsExactly(new Outcome.SequenceForgotten(4));
      assertThat(StateReads.outcomeOf(store, session, 5)).isInstanceOf(Outcome.Duplicate.class);
    }
  }

  /** A floor may rise by more than the window: what could be there is removed, and no more. */
  @ParameterizedTest
  @EnumSource
  void aFloorThatJumpsLeavesNothingBehind(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      long session = open(store);
      long last = InterpreterLimits.SESSION_WINDOW; // the last one that the window allows
      apply(store, writes(session, 0, 1, 3));
      apply(store, writes(session, 0, last, last));
      long far = 1L << 40;
      apply(store, writes(session, far, far, far));
      assertThat(records(store)).containsExactly(run(far));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSessionThatEndsTakesItsOutcomesAlongAndNoOthers(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      long session = open(store);
      long other = open(store);
      apply(store, writes(session, 0, 1, 3 * RUN));
      apply(store, writes(other, 0, 7, 7));
      List<Request> inOneEntry = new ArrayList<>(writes(session, 0, 3 * RUN + 1, 3 * RUN + 9));
      inOneEntry.add(new Request.CloseSession(session));
      apply(store, inOneEntry);
      assertThat(records(store)).containsExactly(run(7));
      assertThat(StateReads.outcomeOf(store, session, 1)).isEqualTo(new Outcome.SessionUnknown());
    }
  }

  private static List<Request> writes(long session, long acknowledgedBelow, long from, long to) {
    return LongStream.rangeClosed(from, to)
        .<Request>mapToObj(
            sequence ->
                new Request.Once(
                    session,
                    sequence,
                    acknowledgedBelow,
                    new Request.Write(List.of(Mutation.put(KEY, KEY)))))
        .toList();
  }

  private long open(CheckpointableStore store) {
    Outcome opened = apply(store, List.of(new Request.OpenSession(60_000))).get(0);
    return ((Outcome.Committed) opened).commitTs();
  }

  private List<Outcome> apply(CheckpointableStore store, List<Request> requests) {
    try (RaftBatch batch = store.openRaftBatch()) {
      LogPosition position = new LogPosition(1, ++index);
      List<Outcome> outcomes = new Interpreter(batch).interpret(position, new Command(0, requests));
      batch.commit(position);
      RecordInvariants.check(store);
      return outcomes;
    }
  }

  private static List<Long> run(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static List<Long> run(long only) {
    return run(only, only);
  }

  /** The sequences that each record holds, in the order of the records. */
  private static List<List<Long>> records(CheckpointableStore store) {
    return store.scanRecords(RecordKeys.all(RecordKeys.OUTCOMES), Integer.MAX_VALUE).stream()
        .map(record -> List.copyOf(Outcomes.decode(record.value()).keySet()))
        .toList();
  }
}
