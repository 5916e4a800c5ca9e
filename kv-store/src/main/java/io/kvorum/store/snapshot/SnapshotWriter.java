// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LargeReference;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a snapshot stream, record by record, in memory that does not grow with the data. A stream
 * without {@link #finish} is refused by every reader. One thread.
 *
 * <p>The stream goes to {@code out} in pieces of up to 64 KiB, so {@code out} needs no buffer; it
 * is neither flushed nor closed here. When it fails, an {@link java.io.UncheckedIOException} is
 * thrown, and what was written is of no use.
 */
public final class SnapshotWriter {

  private final SnapshotHeader header;
  private final ChunkWriter chunks;
  private @Nullable StreamRecord last;
  private long count;
  private boolean finished;

  /** Begins a stream: the header is written at once. */
  public SnapshotWriter(OutputStream out, SnapshotHeader header) {
    this.header = header;
    this.chunks = new ChunkWriter(out);
    chunks.preamble(header);
  }

  /**
   * Adds the next record: first versions, key ascending, then commit timestamp descending; then
   * state records, key ascending. Its arrays must not change before the next call.
   *
   * @throws InvalidArgumentException if it breaks an invariant of the format; nothing was written
   */
  public void add(StreamRecord record) {
    refuseWhenFinished();
    StreamFormat.check(header, last, record);
    if (record instanceof VersionRecord version) {
      put(version);
    } else if (record instanceof StateRecord state) {
      chunks.putByte(StreamFormat.STATE);
      putWithLength(state.key());
      putWithLength(state.value());
    }
    last = record;
    count++;
  }

  private void put(VersionRecord record) {
    LargeReference large = record.large();
    chunks.putByte(
        record.tombstone()
            ? StreamFormat.TOMBSTONE
            : large == null ? StreamFormat.LIVE : StreamFormat.LARGE);
    putWithLength(record.key());
    chunks.putLong(record.commitTs());
    if (record.tombstone()) {
      return;
    }
    chunks.putLong(record.expireAt());
    if (large == null) {
      putWithLength(record.value());
    } else {
      chunks.putLong(large.length());
      chunks.putLong(large.id());
    }
  }

  private void putWithLength(byte[] bytes) {
    chunks.putInt(bytes.length);
    chunks.put(bytes);
  }

  /** Ends the stream: everything has been handed to {@code out} on return. */
  public void finish() {
    refuseWhenFinished();
    finished = true;
    chunks.end(count);
  }

  private void refuseWhenFinished() {
    if (finished) {
      throw new IllegalStateException("the snapshot stream is finished");
    }
  }
}
