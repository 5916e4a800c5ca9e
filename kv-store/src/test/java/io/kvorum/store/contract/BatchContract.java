// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.api.MvccStore.LATEST;
import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.WriteConflictException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The grouped form: its own reads, refusals inside it, prefix deletes among its entries. */
public interface BatchContract extends StoreSuite {

  @Test
  default void writeBelowAPrefixDeleteOfItsBatchSurvivesIt() {
    store().putAt(b("p/old"), b("1"), 1, 0);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.deletePrefixAtRaft(b("p"), null, 5);
      put(batch, "p/same", 5);
      put(batch, "p/below", 4);
      put(batch, "p/old", 5);
      assertThat(batch.getAt(b("p/below"), LATEST)).isEqualTo(b("v"));
      batch.commit(new LogPosition(1, 1));
    }
    for (String key : List.of("p/same", "p/below", "p/old")) {
      assertThat(store().getAt(b(key), LATEST)).as(key).isEqualTo(b("v"));
    }
    assertThat(store().getAt(b("p/old"), 4)).isEqualTo(b("1"));
  }

  @Test
  default void aLateVersionOfTheBatchStandsAmongTheStoredOnes() {
    for (long ts : new long[] {10, 20, 50}) {
      store().putAt(b("k"), b("at " + ts), ts, 0);
    }
    LargeReference late = new LargeReference(5, 1);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.putLargeRaft(b("k"), late, 15, 0);
      assertThat(batch.getAt(b("k"), 9)).isNull();
      assertThat(batch.getAt(b("k"), 14)).isEqualTo(b("at 10"));
      assertThat(batch.largeAt(b("k"), 15)).isEqualTo(late);
      assertThat(batch.largeAt(b("k"), 19)).isEqualTo(late);
      assertThat(batch.getAt(b("k"), 20)).isEqualTo(b("at 20"));
      assertThat(batch.getAt(b("k"), 49)).isEqualTo(b("at 20"));
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().getAt(b("k"), 14)).isEqualTo(b("at 10"));
    assertThat(store().largeAt(b("k"), 19)).isEqualTo(late);
    assertThat(store().getAt(b("k"), 20)).isEqualTo(b("at 20"));
  }

  /** Replicas with different limits must not make different things of one log. */
  @Test
  default void limitForValuesIsNotForWhatStandsInALog() {
    byte[] value = new byte[MAX_VALUE_BYTES + 1];
    List<Mutation> put = List.of(Mutation.put(b("k"), value));
    assertThatThrownBy(() -> store().putAt(b("k"), value, 1, 0))
        .isInstanceOf(InvalidArgumentException.class);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.checkMutationsRaft(put, List.of(), 0, 1);
      batch.applyMutationsRaft(put, List.of(), 0, 1);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().getAt(b("k"), LATEST)).isEqualTo(value);
    CheckpointableStore other = another(StoreOptions.defaults().withMaxValueBytes(1));
    other.restore(new ByteArrayInputStream(state(store())));
    assertThat(other.getAt(b("k"), LATEST)).isEqualTo(value);
  }

  @Test
  default void prefixDeletesOfABatchActInTheOrderOfTheirCalls() {
    store().putAt(b("k"), b("1"), 1, 0);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.deletePrefixAtRaft(b(""), null, 9);
      batch.deletePrefixAtRaft(b("k"), null, 5);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().latestCommitTs(b("k"))).hasValue(9);
    assertThat(store().getAt(b("k"), 4)).isEqualTo(b("1"));
    assertThat(store().getAt(b("k"), 5)).isNull();
  }

  @Test
  default void conflictsSeeTheBatchsOwnWritesAndPrefixDeletes() {
    store().putAt(b("k"), b("1"), 1, 0);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.deletePrefixAtRaft(b("k"), null, 5);
      assertThat(batch.latestCommitTs(b("k"))).hasValue(5);
      assertThatThrownBy(
              () -> batch.applyMutationsRaft(List.of(Mutation.delete(b("k"))), List.of(), 4, 6))
          .isInstanceOf(WriteConflictException.class);
      assertThatThrownBy(() -> batch.applyMutationsRaft(List.of(), List.of(b("k")), 4, 6))
          .isInstanceOf(WriteConflictException.class);
      assertThat(batch.lastCommitTs()).isEqualTo(5);
      batch.applyMutationsRaft(List.of(Mutation.delete(b("k"))), List.of(b("k")), 5, 6);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().latestCommitTs(b("k"))).hasValue(6);
  }

  @Test
  default void refusedCallsLeaveTheBatchAsItWas() {
    store().setMinRetainedTs(2);
    try (RaftBatch batch = store().openRaftBatch()) {
      put(batch, "a", 3);
      List<Mutation> bad = List.of(Mutation.put(b("b"), b("1")), Mutation.delete(b("")));
      assertThatThrownBy(() -> batch.applyMutationsRaft(bad, List.of(), 4, 4))
          .isInstanceOf(InvalidArgumentException.class);
      assertThatThrownBy(() -> put(batch, "b", 2)).isInstanceOf(InvalidArgumentException.class);
      assertThatThrownBy(() -> batch.deletePrefixAtRaft(b(""), null, 2))
          .isInstanceOf(InvalidArgumentException.class);
      assertThatThrownBy(() -> batch.getAt(b("a"), 1))
          .isInstanceOf(ReadTimestampCompactedException.class);
      assertThat(batch.latestCommitTs(b("b"))).isEmpty();
      assertThat(batch.lastCommitTs()).isEqualTo(3);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().latestCommitTs(b("b"))).isEmpty();
    assertThat(store().lastCommitTs()).isEqualTo(3);
  }

  @Test
  default void batchWithoutMutationsWritesThePositionOnly() {
    store().putAt(b("k"), b("1"), 4, 0);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.applyMutationsRaft(List.of(), List.of(b("k")), 4, 9);
      batch.commit(new LogPosition(3, 8));
    }
    assertThat(store().appliedPosition()).isEqualTo(new LogPosition(3, 8));
    assertThat(store().lastCommitTs()).isEqualTo(4);
  }

  @Test
  default void endedBatchRefusesEverythingButAClose() {
    byte[] before = state(store());
    RaftBatch batch = store().openRaftBatch();
    put(batch, "a", 3);
    batch.close();
    batch.close();

    assertThatThrownBy(() -> put(batch, "a", 4)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.deletePrefixAtRaft(b(""), null, 4))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.commit(new LogPosition(1, 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.latestCommitTs(b("a")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(batch::lastCommitTs).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(batch::approximateBytes).isInstanceOf(IllegalStateException.class);
    assertThat(state(store())).isEqualTo(before);
    store().putAt(b("a"), b("1"), 1, 0); // the turn to write was given back
  }

  @Test
  default void whoHasABatchOpenMayReadButNotWriteBesideIt() {
    store().putAt(b("k"), b("1"), 1, 0);
    try (RaftBatch batch = store().openRaftBatch()) {
      put(batch, "k", 2);
      assertThat(store().getAt(b("k"), LATEST)).isEqualTo(b("1"));
      assertThat(store().appliedPosition()).isEqualTo(LogPosition.NONE);
      assertThatThrownBy(() -> store().deleteAt(b("k"), 3))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> store().setMinRetainedTs(1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> store().compact(1, () -> false))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> store().openRaftBatch()).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> store().snapshot()).isInstanceOf(IllegalStateException.class);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().getAt(b("k"), LATEST)).isEqualTo(b("v"));
  }

  @Test
  default void prefetchChangesNothing() {
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] key = b("k" + i);
      keys.add(key);
      if (i % 2 == 0) {
        store().putAt(key, b("v" + i), 1 + i, 0);
      }
    }
    keys.addAll(List.of(b(""), b("k4"), b("k5"), b("a"), new byte[MvccStore.MAX_KEY_BYTES + 1]));
    try (RaftBatch batch = store().openRaftBatch()) {
      put(batch, "k2", 500);
      batch.deletePrefixAtRaft(b("k3"), null, 501);
      batch.prefetch(keys);
      for (int i = 0; i < 100; i++) {
        boolean deleted = Integer.toString(i).startsWith("3");
        byte[] value = i == 2 ? b("v") : i % 2 == 0 && !deleted ? b("v" + i) : null;
        assertThat(batch.getAt(b("k" + i), 501)).as("k" + i).isEqualTo(value);
      }
      batch.deletePrefixAtRaft(b("k4"), null, 502);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().latestCommitTs(b("k4"))).hasValue(502);
    assertThat(store().latestCommitTs(b("k30"))).hasValue(501);
    assertThat(store().latestCommitTs(b("k5"))).isEmpty();
    assertThat(store().scanAt(KeyRange.all(), 1000, 502)).hasSize(39);
  }

  private static void put(RaftBatch batch, String key, long ts) {
    batch.applyMutationsRaft(List.of(Mutation.put(b(key), b("v"))), List.of(), ts, ts);
  }

  /** A put over what is no longer there replaces nothing, so it makes no garbage. */
  @Test
  default void whatACompactionHasRemovedIsNotKnownToABatchEither() {
    store().putAt(b("k"), b("1"), 1, 0);
    store().deleteAt(b("k"), 2);
    store().compact(5, Cancellation.NEVER);
    try (RaftBatch batch = store().openRaftBatch()) {
      assertThat(batch.latestCommitTs(b("k"))).isEmpty();
      put(batch, "k", 6);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().nextGarbageTs(5)).isEmpty();
  }
}
