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
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import io.kvorum.fsm.wire.TransactionId;
import io.kvorum.fsm.wire.TransactionState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StateReadsTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final long SECOND = 1000L << 16;

  @TempDir Path dir;
  private long index;

  @ParameterizedTest
  @EnumSource
  void outcomesOfASessionAreToldUntilTheyAreForgotten(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      long session = committed(apply(store, SECOND, new Request.OpenSession(5_000)));
      assertThat(StateReads.outcomeOf(store, session, 1)).isNull();
      assertThat(StateReads.outcomeOf(store, session + 1, 1))
          .isEqualTo(new Outcome.SessionUnknown());

      Outcome first = apply(store, 2 * SECOND, once(session, 1));
      assertThat(StateReads.outcomeOf(store, session, 1))
          .isEqualTo(new Outcome.Duplicate(first, new LogPosition(1, index)));
      assertThat(StateReads.outcomeOf(store, session, 2)).isNull();

      apply(store, 3 * SECOND, new Request.Once(session, 4, 3, new Request.Fence()));
      assertThat(StateReads.outcomeOf(store, session, 1))
          .isEqualTo(new Outcome.SequenceForgotten(3));
      assertThat(StateReads.outcomeOf(store, session, 3)).isNull();
      assertThat(StateReads.outcomeOf(store, session, 4))
          .isEqualTo(new Outcome.Duplicate(new Outcome.Fenced(), new LogPosition(1, index)));

      apply(store, 9 * SECOND, new Request.Clock(0));
      assertThat(StateReads.outcomeOf(store, session, 2)).isEqualTo(new Outcome.SessionUnknown());
    }
  }

  /** T2: in one group the commit makes its timestamp, so no read has to look at a lock. */
  @ParameterizedTest
  @EnumSource
  void readsAtAnAppliedTimestampDoNotChangeWhenAPreparedTransactionCommits(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      TransactionId id = new TransactionId(1, 2);
      List<Mutation> mutations = List.of(Mutation.put(KEY, KEY));
      Transaction transaction = new Transaction(0, mutations, List.of(), List.of());
      apply(store, 0, new Request.Prepare(id, transaction, 0));
      apply(store, 0, new Request.Clock(50));
      long readable = store.lastCommitTs();

      assertThat(StateReads.writerOf(store, KEY)).contains(id);
      assertThat(StateReads.transaction(store, id))
          .containsInstanceOf(TransactionState.Prepared.class);
      assertThat(store.getAt(KEY, readable)).isNull();
      long commitTs = committed(apply(store, 0, new Request.Commit(id)));

      assertThat(commitTs).isGreaterThan(readable);
      assertThat(store.getAt(KEY, readable)).isNull();
      assertThat(store.getAt(KEY, commitTs)).isEqualTo(KEY);
      assertThat(StateReads.writerOf(store, KEY)).isEmpty();
      assertThat(StateReads.transaction(store, id))
          .contains(new TransactionState.Committed(commitTs));
    }
  }

  private static Request once(long session, long sequence) {
    return new Request.Once(
        session, sequence, 0, new Request.Write(List.of(Mutation.put(KEY, KEY))));
  }

  private Outcome apply(CheckpointableStore store, long hint, Request request) {
    try (RaftBatch batch = store.openRaftBatch()) {
      Outcome outcome =
          new Interpreter(batch)
              .interpret(new LogPosition(1, ++index), new Command(hint, List.of(request)))
              .get(0);
      batch.commit(new LogPosition(1, index));
      return outcome;
    }
  }

  private static long committed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Committed.class);
    return ((Outcome.Committed) outcome).commitTs();
  }
}
