// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LargeReference;
import io.kvorum.api.MvccStore;
import io.kvorum.api.SnapshotFormatException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot stream, record by record, in memory for one record. One thread.
 *
 * <p>The stream as a whole is known to be good only when {@link #next} has returned null: until
 * then the records must go to a place from where they can be thrown away. After an exception the
 * reader is of no use.
 *
 * <p>Reads {@code in} in pieces of up to 64 KiB and to its end, and does not close it. When it
 * fails, an {@link java.io.UncheckedIOException} is thrown.
 */
public final class SnapshotReader {

  private final ChunkReader chunks;
  private final SnapshotHeader header;
  private @Nullable StreamRecord last;
  private long count;

  /**
   * Reads and verifies the header.
   *
   * @throws SnapshotFormatException if the stream is empty, no snapshot stream, of another version,
   *     cut or damaged
   */
  public SnapshotReader(InputStream in) {
    this.chunks = new ChunkReader(in);
    this.header = chunks.preamble();
  }

  /** The header; checksummed by itself, so it can be relied on before the end. */
  public SnapshotHeader header() {
    return header;
  }

  /**
   * Returns the next record, with arrays of its own, or null at the end, once the whole stream is
   * verified.
   *
   * @throws SnapshotFormatException if the stream is cut or damaged, breaks an invariant of the
   *     format, or goes on behind its end
   */
  public @Nullable StreamRecord next() {
    if (!chunks.hasMore()) {
      if (chunks.count() != count) {
        throw new SnapshotFormatException(
            "the snapshot stream holds " + count + " records and claims " + chunks.count());
      }
      return null;
    }
    StreamRecord record = read();
    String fault = StreamFormat.fault(header, last, record);
    if (fault != null) {
      throw new SnapshotFormatException("the snapshot stream holds " + record + ": " + fault);
    }
    last = record;
    count++;
    return record;
  }

  private StreamRecord read() {
    byte flags = chunks.getByte();
    if (flags == StreamFormat.STATE) {
      byte[] key = chunks.get(length(CheckpointableStore.MAX_RECORD_KEY_BYTES, "state key"));
      int valueLength = length(CheckpointableStore.MAX_RECORD_VALUE_BYTES, "state value");
      return new StateRecord(key, chunks.get(valueLength));
    }
    if (flags != StreamFormat.LIVE
        && flags != StreamFormat.TOMBSTONE
        && flags != StreamFormat.LARGE) {
      throw new SnapshotFormatException("the snapshot stream holds a record of kind " + flags);
    }
    byte[] key = chunks.get(length(MvccStore.MAX_KEY_BYTES, "key"));
    long commitTs = chunks.getLong();
    if (flags == StreamFormat.TOMBSTONE) {
      return VersionRecord.tombstone(key, commitTs);
    }
    long expireAt = chunks.getLong();
    if (flags == StreamFormat.LARGE) {
      return VersionRecord.large(key, commitTs, expireAt, reference());
    }
    byte[] value = chunks.get(length(StreamFormat.MAX_VALUE_BYTES, "value"));
    return VersionRecord.live(key, commitTs, expireAt, value);
  }

  private LargeReference reference() {
    long length = chunks.getLong();
    long id = chunks.getLong();
    if (length < 1 || id < 0) {
      throw new SnapshotFormatException(
          "the snapshot stream holds a large value of length " + length + " and id " + id);
    }
    return new LargeReference(length, id);
  }

  private int length(int max, String what) {
    int length = chunks.getInt();
    if (length < 0 || length > max) {
      throw new SnapshotFormatException(
          "the snapshot stream holds a "
              + what
              + " of "
              + Integer.toUnsignedString(length)
              + " bytes; the limit is "
              + max);
    }
    return length;
  }
}
