// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.RaftBatch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. A large value can go once no read at or above the watermark sees its version:
 * it was overwritten, deleted by itself or with a prefix, or has expired. Plain writes must not pay for
 * that with a lookup, and a prefix delete names no keys, so nobody tells which values those are. They
 * are found by a walk over an index of all large versions. It is cheap beside what it is for: one
 * lookup for a value that was worth a stream. Replicas must delete the same records in the same entry,
 * so the walk goes on with each Watermark entry, a slice at a time, and a record says where it stopped.
 * What the store itself has collected makes no difference: a version that is gone was not visible.
 */

/**
 * Deletes the bytes of large values that no read at or above the watermark can see.
 *
 * <p>Invariant: once a walk that began at a watermark has ended, every large version at or below
 * that watermark which is left was visible at it.
 */
final class LargeSweep {

  /** Most versions that one entry looks at. */
  static final int SLICE = 64;

  private static final byte[] START = {};

  private final RaftBatch batch;

  LargeSweep(RaftBatch batch) {
    this.batch = batch;
  }

  /**
   * How far walks have come.
   *
   * @param done the watermark at which the last walk that has ended began
   * @param target the watermark at which the present walk began; {@code done}: there is none
   * @param next where in the index it goes on
   */
  private record Progress(long done, long target, byte[] next) {

    static Progress of(byte @Nullable [] record) {
      if (record == null) {
        return new Progress(0, 0, START);
      }
      ByteBuffer bytes = ByteBuffer.wrap(record);
      long done = bytes.getLong();
      long target = bytes.getLong();
      return new Progress(done, target, Arrays.copyOfRange(record, 16, record.length));
    }

    byte[] encode() {
      return ByteBuffer.allocate(2 * Long.BYTES + next.length)
          .putLong(done)
          .putLong(target)
          .put(next)
          .array();
    }
  }

  /** Goes on by a slice, or begins if the watermark has risen; called after it was raised. */
  void step() {
    long watermark = batch.minRetainedTs();
    Progress progress = Progress.of(batch.getRecord(RecordKeys.sweep()));
    if (progress.done() == progress.target()) {
      if (watermark <= progress.done() || isEmpty()) {
        return;
      }
      progress = new Progress(progress.done(), watermark, START);
    }
    KeyRange all = RecordKeys.all(RecordKeys.LARGE_VERSION);
    byte[] from = progress.next().length == 0 ? all.start() : progress.next();
    List<KeyValue> slice = batch.scanRecords(new KeyRange(from, all.end()), SLICE);
    for (KeyValue version : slice) {
      if (!isVisible(version, watermark)) {
        batch.deleteRecords(RecordKeys.uploadWithChunks(upload(version)));
        batch.deleteRecord(version.key());
      }
    }
    Progress next =
        slice.size() < SLICE
            ? new Progress(progress.target(), progress.target(), START)
            : new Progress(progress.done(), progress.target(), after(slice.get(SLICE - 1).key()));
    batch.putRecord(RecordKeys.sweep(), next.encode());
  }

  private boolean isEmpty() {
    return batch.scanRecords(RecordKeys.all(RecordKeys.LARGE_VERSION), 1).isEmpty();
  }

  /** Whether a read at or above the watermark may see the version. */
  private boolean isVisible(KeyValue version, long watermark) {
    if (RecordKeys.commitTsOfLargeVersion(version.key()) > watermark) {
      return true;
    }
    byte[] key = RecordKeys.userKeyOfLargeVersion(version.key());
    LargeReference large = batch.largeAt(key, watermark);
    return large != null && large.id() == upload(version);
  }

  private static long upload(KeyValue version) {
    return ByteBuffer.wrap(version.value()).getLong();
  }

  private static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** The watermark up to which all was swept, of a stored record. */
  static long done(byte @Nullable [] record) {
    return Progress.of(record).done();
  }
}
