// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.api.MvccStore.LATEST;
import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The state machine's own records: written by batches, apart from the user's keys, all or none. */
public interface StateRecordContract extends StoreSuite {

  @Test
  default void recordsAndUserKeysNeverMeet() {
    for (String key : new String[] {"k", "sk", "ns", "n", "s"}) {
      store().putAt(b(key), b("user"), 1, 0);
    }
    write(1, "k", "record");
    write(2, "nk", "record");

    assertThat(store().getAt(b("k"), LATEST)).isEqualTo(b("user"));
    assertThat(store().scanAt(KeyRange.all(), 10, LATEST)).hasSize(5);
    assertThat(store().latestCommitTs(b("nk"))).isEmpty();
    store().deletePrefixAt(b(""), null, 2);
    assertThat(store().getRecord(b("k"))).isEqualTo(b("record"));
    assertThat(store().scanRecords(KeyRange.all(), 10))
        .containsExactly(new KeyValue(b("k"), b("record")), new KeyValue(b("nk"), b("record")));
  }

  @Test
  default void aBatchSeesItsOwnRecordsAndADiscardedOneLeavesNone() {
    write(1, "a", "1");
    write(2, "c", "1");
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.putRecord(b("b"), b("2"));
      batch.putRecord(b("c"), b("2"));
      batch.deleteRecord(b("a"));
      assertThat(batch.getRecord(b("a"))).isNull();
      assertThat(batch.scanRecords(KeyRange.from(b("a")), 9))
          .containsExactly(new KeyValue(b("b"), b("2")), new KeyValue(b("c"), b("2")));
      assertThat(store().getRecord(b("c"))).isEqualTo(b("1"));
    }
    assertThat(store().scanRecords(KeyRange.all(), 9))
        .containsExactly(new KeyValue(b("a"), b("1")), new KeyValue(b("c"), b("1")));
  }

  @Test
  default void aRangeOfRecordsIsDeletedWithWhatTheBatchHasWrittenSoFar() {
    for (String key : new String[] {"a", "b", "c", "d"}) {
      write(key.charAt(0), key, "1");
    }
    store().putAt(b("b"), b("user"), 1, 0);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.putRecord(b("bb"), b("2"));
      batch.deleteRecords(KeyRange.of(b("b"), b("d")));
      batch.deleteRecords(KeyRange.of(b("d"), b("b")));
      batch.putRecord(b("c"), b("3"));
      assertThat(batch.getRecord(b("b"))).isNull();
      assertThat(batch.getRecord(b("bb"))).isNull();
      assertThat(batch.scanRecords(KeyRange.all(), 2))
          .containsExactly(new KeyValue(b("a"), b("1")), new KeyValue(b("c"), b("3")));
      assertThat(store().getRecord(b("b"))).isEqualTo(b("1"));
      batch.commit(new LogPosition(1, 200));
    }
    assertThat(store().scanRecords(KeyRange.all(), 9))
        .containsExactly(
            new KeyValue(b("a"), b("1")),
            new KeyValue(b("c"), b("3")),
            new KeyValue(b("d"), b("1")));
    assertThat(store().getAt(b("b"), LATEST)).isEqualTo(b("user"));
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.deleteRecords(KeyRange.all());
      batch.commit(new LogPosition(1, 201));
    }
    assertThat(store().scanRecords(KeyRange.all(), 9)).isEmpty();
    assertThat(store().scanAt(KeyRange.all(), 9, LATEST)).hasSize(1);
  }

  @Test
  default void recordsTravelAndAreReplaced() {
    write(1, "a", "1");
    byte[] stream = state(store());
    Path dir = scratch().resolve("copy");
    store().checkpoint(dir);
    write(2, "b", "2");
    CheckpointableStore other = another(StoreOptions.defaults());
    try (RaftBatch batch = other.openRaftBatch()) {
      batch.putRecord(b("z"), b("9"));
      batch.commit(new LogPosition(1, 1));
    }

    other.restore(new ByteArrayInputStream(stream));
    store().installCheckpoint(dir);

    assertThat(state(other)).isEqualTo(stream);
    assertThat(state(store())).isEqualTo(stream);
    assertThat(other.getRecord(b("z"))).isNull();
    assertThat(store().getRecord(b("b"))).isNull();
  }

  @Test
  default void sizesOfRecordsAreChecked() {
    byte[] longest = new byte[CheckpointableStore.MAX_RECORD_KEY_BYTES];
    byte[] tooLong = new byte[longest.length + 1];
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.putRecord(longest, new byte[MAX_VALUE_BYTES + 1]);
      assertThatThrownBy(() -> batch.putRecord(tooLong, b("")))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("" + longest.length);
      assertThatThrownBy(() -> batch.deleteRecord(b("")))
          .isInstanceOf(InvalidArgumentException.class);
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().getRecord(longest)).hasSize(MAX_VALUE_BYTES + 1);
    assertThatThrownBy(() -> store().getRecord(tooLong))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  default void aBatchRaisesTheWatermarkAndLetsTimePassWithItsData() {
    store().putAt(b("k"), b("1"), 3, 0);
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.advanceTo(9);
      batch.setMinRetainedTs(5);
      batch.setMinRetainedTs(4);
      assertThat(batch.lastCommitTs()).isEqualTo(9);
      assertThat(batch.minRetainedTs()).isEqualTo(5);
      assertThatThrownBy(() -> batch.deletePrefixAtRaft(b("k"), null, 5))
          .isInstanceOf(InvalidArgumentException.class);
      assertThat(store().minRetainedTs()).isZero();
      batch.commit(new LogPosition(1, 1));
    }
    assertThat(store().lastCommitTs()).isEqualTo(9);
    assertThat(store().minRetainedTs()).isEqualTo(5);
  }

  private void write(long index, String key, String value) {
    try (RaftBatch batch = store().openRaftBatch()) {
      batch.putRecord(b(key), b(value));
      batch.commit(new LogPosition(1, index));
    }
  }
}
