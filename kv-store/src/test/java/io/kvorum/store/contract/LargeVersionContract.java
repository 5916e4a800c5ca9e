// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValueException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.RecordCursor;
import io.kvorum.api.StoreOptions;
import java.io.ByteArrayInputStream;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Versions whose bytes are state records, and walks over those. */
public interface LargeVersionContract extends StoreSuite {

  LargeReference LARGE = new LargeReference(5L << 30, 77);

  @Test
  default void aLargeVersionIsNotLoaded() {
    inBatch(1, batch -> batch.putLargeRaft(b("k"), LARGE, 5, 0));

    assertThatThrownBy(() -> store().getAt(b("k"), 5))
        .isInstanceOfSatisfying(
            LargeValueException.class, e -> assertThat(e.length()).isEqualTo(5L << 30))
        .hasMessageContaining("6b")
        .hasMessageContaining("openStream");
    assertThat(store().largeAt(b("k"), 5)).isEqualTo(LARGE);
    assertThat(store().largeAt(b("k"), 4)).isNull();
    assertThat(store().existsAt(b("k"), 5)).isTrue();
    assertThat(store().latestCommitTs(b("k"))).hasValue(5);
    assertThatThrownBy(() -> store().expireAt(b("k"), 9, 6))
        .isInstanceOf(LargeValueException.class);
    assertThat(store().lastCommitTs()).isEqualTo(5);
  }

  @Test
  default void scansAndCursorsShowItsLengthAmongOthers() {
    store().putAt(b("a"), b("1"), 4, 0);
    inBatch(1, batch -> batch.putLargeRaft(b("k"), LARGE, 5, 0));
    store().putAt(b("z"), b("2"), 6, 0);

    assertThat(store().scanAt(KeyRange.all(), 9, 6))
        .containsExactly(
            new KeyValue(b("a"), b("1")),
            KeyValue.large(b("k"), 5L << 30),
            new KeyValue(b("z"), b("2")));
    assertThat(store().reverseScanAt(KeyRange.all(), 2, 6))
        .containsExactly(new KeyValue(b("z"), b("2")), KeyValue.large(b("k"), 5L << 30));
    try (MvccCursor cursor = store().openCursor(KeyRange.from(b("k")), 6, false)) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.isLarge()).isTrue();
      assertThat(cursor.valueLength()).isEqualTo(5L << 30);
      assertThat(cursor.commitTs()).isEqualTo(5);
      assertThatThrownBy(cursor::value).isInstanceOf(LargeValueException.class);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.isLarge()).isFalse();
      assertThat(cursor.valueLength()).isEqualTo(1);
    }
  }

  @Test
  default void itIsOverwrittenDeletedExpiredAndCollectedAsOthers() {
    inBatch(1, batch -> batch.putLargeRaft(b("k"), LARGE, 5, 9));
    assertThat(store().largeAt(b("k"), 8)).isEqualTo(LARGE);
    assertThat(store().largeAt(b("k"), 9)).isNull();
    assertThat(store().getAt(b("k"), 9)).isNull();
    store().putAt(b("k"), b("small"), 7, 0);
    assertThat(store().largeAt(b("k"), 7)).isNull();
    assertThat(store().getAt(b("k"), 7)).isEqualTo(b("small"));
    assertThat(store().largeAt(b("k"), 6)).isEqualTo(LARGE);
    store().deletePrefixAt(b("k"), null, 8);
    assertThat(store().getAt(b("k"), 8)).isNull();

    store().compact(8, Cancellation.NEVER);
    CheckpointableStore fresh = another(StoreOptions.defaults());
    fresh.restore(new ByteArrayInputStream(state(store())));
    assertThat(fresh.latestCommitTs(b("k"))).isEmpty();
  }

  @Test
  default void aBatchSeesItsOwnLargeVersions() {
    inBatch(
        1,
        batch -> {
          batch.putLargeRaft(b("k"), LARGE, 5, 0);
          assertThat(batch.largeAt(b("k"), 5)).isEqualTo(LARGE);
          assertThatThrownBy(() -> batch.getAt(b("k"), 5)).isInstanceOf(LargeValueException.class);
          batch.deletePrefixAtRaft(b(""), null, 6);
          assertThat(batch.largeAt(b("k"), 6)).isNull();
          assertThat(batch.largeAt(b("k"), 5)).isEqualTo(LARGE);
        });
    assertThat(store().largeAt(b("k"), 5)).isEqualTo(LARGE);
    assertThat(store().getAt(b("k"), 6)).isNull();
  }

  @Test
  default void largeVersionsTravelInStreams() {
    inBatch(1, batch -> batch.putLargeRaft(b("k"), LARGE, 5, 9));
    store().putAt(b("k"), b("small"), 7, 0);
    CheckpointableStore other = another(StoreOptions.defaults());

    other.restore(new ByteArrayInputStream(state(store())));

    assertThat(state(other)).isEqualTo(state(store()));
    assertThat(other.largeAt(b("k"), 5)).isEqualTo(LARGE);
  }

  @Test
  default void aWalkOverRecordsSeesOnePointInTime() {
    inBatch(1, batch -> put(batch, "a", "b", "c", "d"));
    try (RecordCursor cursor = store().openRecords(KeyRange.of(b("b"), b("d")))) {
      assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
      assertThat(cursor.next()).isTrue();
      inBatch(2, batch -> batch.deleteRecords(KeyRange.all()));
      inBatch(3, batch -> put(batch, "bb"));
      assertThat(cursor.key()).isEqualTo(b("b"));
      assertThat(cursor.value()).isEqualTo(b("value of b"));
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(b("c"));
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.next()).isFalse();
      assertThatThrownBy(cursor::value).isInstanceOf(IllegalStateException.class);
      cursor.close();
      assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
    }
    try (RecordCursor inverted = store().openRecords(KeyRange.of(b("d"), b("b")))) {
      assertThat(inverted.next()).isFalse();
    }
  }

  @Test
  default void aWalkOverRecordsEndsWithTheContentOfItsStore() {
    inBatch(1, batch -> put(batch, "a", "b"));
    try (RecordCursor cursor = store().openRecords(KeyRange.all())) {
      assertThat(cursor.next()).isTrue();
      store().restore(new ByteArrayInputStream(state(store())));
      assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(cursor::value).isInstanceOf(IllegalStateException.class);
    }
  }

  private static void put(RaftBatch batch, String... keys) {
    for (String key : keys) {
      batch.putRecord(b(key), b("value of " + key));
    }
  }

  private void inBatch(long index, Consumer<RaftBatch> body) {
    try (RaftBatch batch = store().openRaftBatch()) {
      body.accept(batch);
      batch.commit(new LogPosition(1, index));
    }
  }
}
