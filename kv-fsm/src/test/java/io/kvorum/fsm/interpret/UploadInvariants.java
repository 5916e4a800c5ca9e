// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.RecordCursor;
import io.kvorum.fsm.wire.UploadState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What must be true of uploads and large values between two batches (T10, T12). */
final class UploadInvariants {

  private UploadInvariants() {}

  /** What a read sees, of a large value too. */
  static byte @Nullable [] read(CheckpointableStore store, byte[] key, long ts) {
    LargeReference large = store.largeAt(key, ts);
    if (large == null) {
      return store.getAt(key, ts);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (RecordCursor records = StateReads.openUpload(store, large.id())) {
      assertThat(records.next()).isTrue();
      UploadState state = UploadState.decode(records.value());
      assertThat(state.isFinished()).isTrue();
      int checksum = 0;
      while (records.next()) {
        bytes.writeBytes(records.value());
        checksum = UploadChecksum.next(checksum, records.value());
      }
      assertThat(checksum).isEqualTo(state.checksum());
    }
    assertThat(bytes.size()).isEqualTo(large.length());
    return bytes.toByteArray();
  }

  /**
   * @param open how many uploads are not finished and have not expired
   */
  static void check(CheckpointableStore store, int open) {
    Map<Long, UploadState> uploads = uploads(store);
    long expired =
        uploads.values().stream()
            .filter(state -> !state.isFinished() && state.expireAt() <= store.lastCommitTs())
            .count();
    long unfinished = uploads.values().stream().filter(state -> !state.isFinished()).count();
    assertThat(unfinished - expired).isLessThanOrEqualTo(open).isGreaterThanOrEqualTo(0);
    byte[] totals = store.getRecord(RecordKeys.totals());
    assertThat(totals == null ? 0 : ByteBuffer.wrap(totals).getInt(16)).isEqualTo((int) unfinished);
    for (KeyValue due : store.scanRecords(RecordKeys.all(RecordKeys.DUE), Integer.MAX_VALUE)) {
      byte[] record = RecordKeys.recordOfDue(due.key());
      if (record[0] == RecordKeys.UPLOAD) {
        UploadState state = uploads.get(RecordKeys.uploadOf(record));
        assertThat(
                state == null
                    || state.isFinished()
                    || state.expireAt() >= RecordKeys.dueTs(due.key()))
            .isTrue();
        unfinished -= state == null || state.isFinished() ? 0 : 1;
      }
    }
    assertThat(unfinished).as("open uploads that nothing will look at").isZero();
    checkVersions(store, uploads);
  }

  /** Each upload with the chunks that its record names, and no chunk besides. */
  private static Map<Long, UploadState> uploads(CheckpointableStore store) {
    Map<Long, UploadState> uploads = new TreeMap<>();
    Map<Long, UploadState> found = new TreeMap<>();
    KeyRange all = RecordKeys.all(RecordKeys.UPLOAD);
    for (KeyValue record : store.scanRecords(all, Integer.MAX_VALUE)) {
      long upload = RecordKeys.uploadOf(record.key());
      if (record.key().length == 9) {
        UploadState state = UploadState.decode(record.value());
        uploads.put(upload, state);
        found.put(upload, new UploadState(state.idleMillis(), state.expireAt(), 0, 0, 0));
        continue;
      }
      UploadState before = Objects.requireNonNull(found.get(upload), "chunks without an upload");
      assertThat(record.key()).isEqualTo(RecordKeys.chunk(upload, before.chunks()));
      found.put(
          upload,
          new UploadState(
              before.idleMillis(),
              before.expireAt(),
              before.chunks() + 1,
              before.length() + record.value().length,
              UploadChecksum.next(before.checksum(), record.value())));
    }
    assertThat(found).isEqualTo(uploads);
    return uploads;
  }

  private static void checkVersions(CheckpointableStore store, Map<Long, UploadState> uploads) {
    byte[] swept = store.getRecord(RecordKeys.sweep());
    Map<Long, UploadState> unowned = new TreeMap<>(uploads);
    unowned.values().removeIf(state -> !state.isFinished());
    KeyRange all = RecordKeys.all(RecordKeys.LARGE_VERSION);
    for (KeyValue version : store.scanRecords(all, Integer.MAX_VALUE)) {
      long upload = ByteBuffer.wrap(version.value()).getLong();
      assertThat(unowned.remove(upload)).as("upload of %s", version).isNotNull();
      long commitTs = RecordKeys.commitTsOfLargeVersion(version.key());
      long done = LargeSweep.done(swept);
      if (commitTs <= done && done == store.minRetainedTs()) {
        LargeReference visible =
            store.largeAt(RecordKeys.userKeyOfLargeVersion(version.key()), done);
        assertThat(visible == null ? -1 : visible.id()).as("left by a walk").isEqualTo(upload);
      }
    }
    assertThat(unowned).as("finished uploads of no version").isEmpty();
  }
}
