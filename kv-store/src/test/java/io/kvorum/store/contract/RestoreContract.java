// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import static io.kvorum.api.MvccStore.LATEST;
import static io.kvorum.store.contract.StoreSuite.b;
import static io.kvorum.store.contract.StoreSuite.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.SnapshotFormatException;
import io.kvorum.api.StoreOptions;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Restore is all or nothing, whatever is wrong with the stream and wherever it breaks off. */
public interface RestoreContract extends StoreSuite {

  /** A stream of another store, with one key, and content of its own in {@link #store()}. */
  private byte[] smallStreamBesideOtherContent() {
    CheckpointableStore other = another(StoreOptions.defaults());
    other.deleteAt(b("k"), 1);
    store().putAt(b("old"), b("content"), 3, 0);
    store().putAt(b("old"), b("newer"), 4, 0);
    return state(other);
  }

  @Test
  default void streamCutAtAnyByteIsRefused() {
    byte[] stream = smallStreamBesideOtherContent();
    byte[] before = state(store());
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> store().restore(new ByteArrayInputStream(cut)))
          .as("cut to %s of %s bytes", length, stream.length)
          .isInstanceOf(SnapshotFormatException.class);
      assertThat(state(store())).as("cut to %s", length).isEqualTo(before);
    }
    store().restore(new ByteArrayInputStream(stream));
    assertThat(state(store())).isEqualTo(stream);
  }

  @Test
  default void streamWithAnyBitFlippedIsRefused() {
    byte[] stream = smallStreamBesideOtherContent();
    byte[] before = state(store());
    for (int bit = 0; bit < stream.length * 8; bit += bitsBetweenFlips()) {
      byte[] flipped = stream.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> store().restore(new ByteArrayInputStream(flipped)))
          .as("bit %s of %s flipped", bit, stream.length * 8)
          .isInstanceOf(SnapshotFormatException.class);
      assertThat(state(store())).as("bit %s", bit).isEqualTo(before);
    }
  }

  @Test
  default void streamThatFailsWhereverItIsReadLeavesTheOldContent() {
    byte[] stream = smallStreamBesideOtherContent();
    byte[] before = state(store());
    for (int length = 0; length <= stream.length; length += 3) {
      InputStream breaksOff = BrokenInput.behind(stream, length);
      assertThatThrownBy(() -> store().restore(breaksOff))
          .as("fails behind byte %s", length)
          .isInstanceOf(UncheckedIOException.class);
      assertThat(state(store())).as("failed behind %s", length).isEqualTo(before);
    }
  }

  @Test
  default void restoreClosesCursorsAndSnapshotsAndIsNoWriteOfABatchsThread() {
    store().putAt(b("k"), b("v"), 1, 0);
    byte[] stream = state(store());
    MvccCursor cursor = store().openCursor(KeyRange.all(), LATEST, false);
    MvccSnapshot snapshot = store().snapshot();
    try (RaftBatch batch = store().openRaftBatch()) {
      assertThatThrownBy(() -> store().restore(new ByteArrayInputStream(stream)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(batch.lastCommitTs()).isEqualTo(1);
    }
    assertThat(cursor.next()).isTrue();

    store().restore(new ByteArrayInputStream(stream));

    assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(snapshot::lastCommitTs).isInstanceOf(IllegalStateException.class);
    cursor.close();
    snapshot.close();
  }

  /** The watermark, lastCommitTs and position of the stream count, even where they are lower. */
  @Test
  default void restoreGoesBackInTimeAndWritesGoOnFromThere() {
    store()
        .applyMutationsRaft(
            new LogPosition(1, 5), List.of(Mutation.put(b("k"), b("v"))), List.of(), 3, 3);
    byte[] stream = state(store());
    store().applyMutationsRaft(new LogPosition(2, 9), List.of(), List.of(), 3, 3);
    store().putAt(b("k"), b("w"), 8, 0);
    store().compact(7, () -> false);

    store().restore(new ByteArrayInputStream(stream));

    assertThat(store().minRetainedTs()).isZero();
    assertThat(store().lastCommitTs()).isEqualTo(3);
    store()
        .applyMutationsRaft(
            new LogPosition(1, 6), List.of(Mutation.delete(b("k"))), List.of(), 3, 4);
    store().compact(4, () -> false);
    assertThat(store().latestCommitTs(b("k"))).isEmpty();
    assertThat(store().appliedPosition()).isEqualTo(new LogPosition(1, 6));
  }
}
