// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.api.MvccStore.LATEST;
import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CancelledException;
import io.kvorum.api.ConflictClass;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.WriteConflictException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Apply and conflicts, prefix delete, raft batches, watermark and compaction. */
public interface WriteContract extends StoreSuite {

  @Test
  default void conflictNamesTheFirstKeyAndChangesNothing() {
    store().putAt(b("w"), b("1"), 5, 0);
    store().deleteAt(b("r"), 6);
    byte[] before = state(store());
    List<Mutation> both = List.of(Mutation.put(b("new"), b("x")), Mutation.put(b("w"), b("x")));

    assertThatThrownBy(() -> store().applyMutations(both, List.of(b("r")), 4, 9))
        .isInstanceOfSatisfying(
            WriteConflictException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ConflictKind.WRITE);
              assertThat(e.key()).isEqualTo(b("w"));
            });
    assertThatThrownBy(() -> store().applyMutations(List.of(), List.of(b("w"), b("r")), 5, 9))
        .isInstanceOfSatisfying(
            WriteConflictException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ConflictKind.READ);
              assertThat(e.key()).isEqualTo(b("r"));
            });

    assertThat(state(store())).isEqualTo(before);
    assertThat(store().writeConflictCounts())
        .containsOnly(
            Map.entry(new ConflictClass(ConflictKind.WRITE, (byte) 'w'), 1L),
            Map.entry(new ConflictClass(ConflictKind.READ, (byte) 'r'), 1L));
  }

  @Test
  default void equalTimestampIsNoConflictAndTheLastMutationWins() {
    store().putAt(b("k"), b("1"), 5, 0);

    store()
        .applyMutations(
            List.of(Mutation.delete(b("k")), Mutation.put(b("k"), b("2"))), List.of(b("k")), 5, 6);

    assertThat(store().getAt(b("k"), LATEST)).isEqualTo(b("2"));
    assertThat(store().getAt(b("k"), 5)).isEqualTo(b("1"));
  }

  @Test
  default void prefixDeleteHitsExactlyWhatItNames() {
    store().putAt(b("p"), b("1"), 1, 0);
    store().putAt(b("p/keep/a"), b("1"), 1, 0);
    store().putAt(b("p/x"), b("1"), 1, 0);
    store().putAt(b("q"), b("1"), 1, 0);
    store().putAt(b("p/later"), b("1"), 9, 0);
    store().deleteAt(b("p/gone"), 2);

    store().deletePrefixAt(b("p"), b("p/keep"), 5);

    assertThat(store().existsAt(b("p"), LATEST)).isFalse();
    assertThat(store().existsAt(b("p"), 4)).isTrue();
    assertThat(store().existsAt(b("p/x"), 5)).isFalse();
    assertThat(store().existsAt(b("p/keep/a"), LATEST)).isTrue();
    assertThat(store().existsAt(b("q"), LATEST)).isTrue();
    assertThat(store().existsAt(b("p/later"), LATEST)).isTrue();
    assertThat(store().latestCommitTs(b("p/gone"))).hasValue(2);
    byte[] once = state(store());
    store().deletePrefixAt(b("p"), b("p/keep"), 5);
    assertThat(state(store())).isEqualTo(once);
    store().deletePrefixAt(b("nothing"), null, 20);
    assertThat(store().lastCommitTs()).isEqualTo(20);
    store().deletePrefixAt(b(""), null, 21);
    assertThat(store().existsAt(b("q"), LATEST)).isFalse();
  }

  @Test
  default void batchIsSeenByItselfUntilItCommits() {
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.applyMutationsRaft(List.of(Mutation.put(b("a"), b("1"))), List.of(), 0, 3);
      assertThat(batch.getAt(b("a"), LATEST)).isEqualTo(b("1"));
      assertThat(batch.lastCommitTs()).isEqualTo(3);
      assertThat(store().getAt(b("a"), LATEST)).isNull();
      assertThatThrownBy(
              () ->
                  batch.applyMutationsRaft(
                      List.of(Mutation.put(b("b"), b("1")), Mutation.delete(b("a"))),
                      List.of(),
                      2,
                      4))
          .isInstanceOf(WriteConflictException.class);
      assertThat(batch.latestCommitTs(b("b"))).isEmpty();
      assertThatThrownBy(() -> store().putAt(b("x"), b("x"), 9, 0))
          .isInstanceOf(IllegalStateException.class);
      batch.commit(new LogPosition(1, 7));
      assertThatThrownBy(() -> batch.getAt(b("a"), 3)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(store().getAt(b("a"), LATEST)).isEqualTo(b("1"));
    assertThat(store().appliedPosition()).isEqualTo(new LogPosition(1, 7));
    byte[] before = state(store());
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.deletePrefixAtRaft(b(""), null, 9);
      assertThat(batch.getAt(b("a"), LATEST)).isNull();
    }
    assertThat(state(store())).isEqualTo(before);
  }

  @Test
  default void raftPositionMustAdvance() {
    store().applyMutationsRaft(new LogPosition(2, 5), List.of(), List.of(), 1, 1);

    for (long index : new long[] {4, 5}) {
      LogPosition position = new LogPosition(3, index);
      assertThatThrownBy(() -> store().applyMutationsRaft(position, List.of(), List.of(), 1, 2))
          .isInstanceOf(InvalidArgumentException.class);
      assertThatThrownBy(() -> store().deletePrefixAtRaft(position, b(""), null, 2))
          .isInstanceOf(InvalidArgumentException.class);
    }
    try (RaftBatch batch = store().openRaftBatch()) {
      assertThatThrownBy(() -> batch.commit(new LogPosition(2, 5)))
          .isInstanceOf(InvalidArgumentException.class);
      batch.commit(new LogPosition(2, 6));
    }
    assertThat(store().appliedPosition()).isEqualTo(new LogPosition(2, 6));
  }

  @Test
  default void watermarkRefusesReadsBelowAndWritesAtIt() {
    store().putAt(b("k"), b("1"), 3, 0);
    store().setMinRetainedTs(5);
    store().setMinRetainedTs(4);

    assertThat(store().minRetainedTs()).isEqualTo(5);
    assertThat(store().getAt(b("k"), 5)).isEqualTo(b("1"));
    assertThatThrownBy(() -> store().getAt(b("absent"), 4))
        .isInstanceOfSatisfying(
            ReadTimestampCompactedException.class,
            e -> assertThat(e.oldestReadable()).isEqualTo(5));
    assertThatThrownBy(() -> store().putAt(b("k"), b("x"), 5, 0))
        .isInstanceOf(InvalidArgumentException.class);
    assertThat(store().latestCommitTs(b("k"))).hasValue(3);
  }

  @Test
  default void compactionKeepsWhatCanBeReadAndGoesOnAfterACancel() {
    for (int i = 0; i < 600; i++) {
      store()
          .applyMutations(
              List.of(
                  Mutation.put(b("key" + i), b("1")),
                  Mutation.put(b("gone" + i), b("1")),
                  Mutation.put(b("short" + i), b("1"), 4)),
              List.of(),
              1,
              1);
      store()
          .applyMutations(
              List.of(Mutation.put(b("key" + i), b("2")), Mutation.delete(b("gone" + i))),
              List.of(),
              2,
              2);
      if (i == 0) {
        assertThat(store().getAt(b("key0"), LATEST)).isEqualTo(b("2"));
        store().compact(0, Cancellation.NEVER);
      }
    }

    assertThatThrownBy(() -> store().compact(5, () -> true)).isInstanceOf(CancelledException.class);
    assertThat(store().minRetainedTs()).isEqualTo(5);
    store().compact(5, Cancellation.NEVER);
    store().compact(4, () -> true);

    for (int i = 0; i < 600; i++) {
      assertThat(store().getAt(b("key" + i), 5)).isEqualTo(b("2"));
      assertThat(store().latestCommitTs(b("gone" + i))).isEmpty();
      assertThat(store().latestCommitTs(b("short" + i))).isEmpty();
    }
  }

  /** A watermark of 0 was never raised: writes at 0 go on, so there may be garbage again. */
  @Test
  default void tellsFromWhichWatermarkOnSomethingCanBeCollected() {
    assertThat(store().nextGarbageTs(0)).isEmpty();
    store().putAt(b("fresh"), b("1"), 1, 0);
    assertThat(store().nextGarbageTs(0)).isEmpty();
    store().putAt(b("again"), b("1"), 2, 0);
    store().putAt(b("again"), b("2"), 3, 0);
    store().deleteAt(b("never"), 5);
    store().putAt(b("expires"), b("1"), 6, 20);
    store().putAt(b("before"), b("1"), 7, 4);
    assertThat(store().nextGarbageTs(0)).hasValue(3);
    assertThat(store().nextGarbageTs(3)).hasValue(5);
    assertThat(store().nextGarbageTs(5)).hasValue(7);
    store().compact(8, Cancellation.NEVER);
    assertThat(store().nextGarbageTs(8)).hasValue(20);
    store().compact(20, Cancellation.NEVER);
    assertThat(store().nextGarbageTs(20)).isEmpty();
    assertThat(store().nextGarbageTs(Long.MAX_VALUE)).isEmpty();
    store().putAt(b("a"), b("1"), 30, 0);
    store().deletePrefixAt(b("a"), null, 31);
    assertThat(store().nextGarbageTs(20)).hasValue(31);
  }

  @Test
  default void compactionAtZeroCollectsWhatIsWrittenThereLater() {
    store().putAt(b("k"), b("1"), 0, 0);
    store().compact(0, Cancellation.NEVER);
    store().deleteAt(b("k"), 0);
    assertThat(store().latestCommitTs(b("k"))).hasValue(0);
    store().compact(0, Cancellation.NEVER);
    assertThat(store().latestCommitTs(b("k"))).isEmpty();
  }
}
