// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.StoreKind;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The walk over large values: in slices, as far as it has to, and no further. */
final class LargeSweepTest {

  private static final int VALUES = 3 * LargeSweep.SLICE - 5;

  @TempDir Path dir;
  private long index;

  @ParameterizedTest
  @EnumSource
  void aWalkTakesAsManyEntriesAsItNeedsAndThenNoneIsDue(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      for (int i = 0; i < VALUES; i++) {
        writeLarge(store, key(i));
      }
      assertThat(StateReads.isSweepDue(store)).as("no watermark was raised").isFalse();
      for (int i = 0; i < VALUES; i += 2) {
        apply(store, new Request.Write(List.of(Mutation.delete(key(i)))));
      }
      long watermark = store.lastCommitTs();
      writeLarge(store, key(0)); // above the watermark: not of this walk

      apply(store, new Request.Watermark(watermark));
      assertThat(uploads(store)).isEqualTo(VALUES + 1 - LargeSweep.SLICE / 2);
      assertThat(StateReads.isSweepDue(store)).isTrue();
      store.compact(watermark, Cancellation.NEVER); // makes no difference
      int entries = 1;
      for (; StateReads.isSweepDue(store); entries++) {
        apply(store, new Request.Watermark(watermark));
      }

      assertThat(entries).isEqualTo(3);
      assertThat(uploads(store)).isEqualTo(VALUES / 2 + 1);
      UploadInvariants.check(store, 0);
      byte[] before = store.getRecord(RecordKeys.sweep());
      apply(store, new Request.Watermark(watermark));
      assertThat(store.getRecord(RecordKeys.sweep())).isEqualTo(before);
    }
  }

  /**
   * The watermark passes a version that the walk under way has seen alive: the next walk takes it.
   */
  @ParameterizedTest
  @EnumSource
  void whatTheWatermarkPassesDuringAWalkIsDueAfterIt(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      for (int i = 0; i < VALUES; i++) {
        writeLarge(store, key(i));
      }
      apply(store, new Request.Watermark(store.lastCommitTs()));
      apply(store, new Request.DeletePrefix(new byte[0], null));
      long deleted = store.lastCommitTs();
      apply(store, new Request.Watermark(deleted));
      for (int entries = 0; StateReads.isSweepDue(store); entries++) {
        assertThat(entries).isLessThan(10);
        apply(store, new Request.Watermark(deleted));
      }
      assertThat(uploads(store)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoreWithoutLargeValuesKeepsNothingOfIt(StoreKind kind) {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      apply(store, new Request.Write(List.of(Mutation.put(key(1), key(1)))));
      apply(store, new Request.Watermark(store.lastCommitTs()));
      assertThat(StateReads.isSweepDue(store)).isFalse();
      assertThat(store.getRecord(RecordKeys.sweep())).isNull();
    }
  }

  /** T10: however many begin, so many are kept, until their time is over. */
  @ParameterizedTest
  @EnumSource
  void uploadsThatAreOpenAreBounded(StoreKind kind) {
    Request begin = new Request.Upload(0, 0, List.of(new byte[1]), 5_000);
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      for (int i = 0; i < InterpreterLimits.UPLOADS; i++) {
        assertThat(apply(store, begin)).isInstanceOf(Outcome.Committed.class);
      }
      assertThat(apply(store, begin)).isEqualTo(new Outcome.UploadsOpen(InterpreterLimits.UPLOADS));
      long first = store.lastCommitTs() - InterpreterLimits.UPLOADS + 1;
      assertThat(apply(store, new Request.AbortUpload(first)))
          .isInstanceOf(Outcome.Committed.class);
      assertThat(apply(store, begin)).isInstanceOf(Outcome.Committed.class);
      assertThat(uploads(store)).isEqualTo(InterpreterLimits.UPLOADS);

      int entries = 0;
      for (; StateReads.nextDue(store) != Long.MAX_VALUE; entries++) {
        assertThat(entries).isLessThan(InterpreterLimits.UPLOADS);
        apply(store, new Request.Clock(LogTime.after(store.lastCommitTs(), 6_000)));
      }
      assertThat(entries).as("in small parts").isGreaterThan(InterpreterLimits.UPLOADS / 20);
      assertThat(uploads(store)).isZero();
    }
  }

  private static long uploads(CheckpointableStore store) {
    return store.scanRecords(RecordKeys.all(RecordKeys.UPLOAD), Integer.MAX_VALUE).stream()
        .filter(record -> record.key().length == 9)
        .count();
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }

  private void writeLarge(CheckpointableStore store, byte[] key) {
    long upload =
        ((Outcome.Committed) apply(store, new Request.Upload(0, 0, List.of(key), 5_000)))
            .commitTs();
    Outcome finished =
        apply(
            store,
            new Request.FinishUpload(upload, key, 1, key.length, UploadChecksum.next(0, key), 0));
    assertThat(finished).isInstanceOf(Outcome.Committed.class);
  }

  private Outcome apply(CheckpointableStore store, Request request) {
    try (RaftBatch batch = store.openRaftBatch()) {
      LogPosition position = new LogPosition(1, ++index);
      List<Outcome> outcomes =
          new Interpreter(batch).interpret(position, new Command(1L << 40, List.of(request)));
      batch.commit(position);
      return outcomes.get(0);
    }
  }
}
