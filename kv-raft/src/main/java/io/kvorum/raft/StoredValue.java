// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.LargeValue;
import io.kvorum.api.RecordCursor;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.fsm.interpret.UploadChecksum;
import io.kvorum.fsm.wire.UploadState;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value whose chunks are read one by one, from a walk that pins them. */
final class StoredValue extends LargeValue {

  private static final byte[] NOTHING = {};

  private final RecordCursor records;
  private final UploadState whole;
  private byte[] chunk = NOTHING;
  private int at;
  private long taken;
  private int checksum;
  private boolean closed;

  /**
   * @param records stands on the record of the upload, before its chunks; closed with this
   */
  StoredValue(RecordCursor records, long length) {
    this.records = records;
    this.whole = UploadState.decode(records.value());
    if (whole.length() != length) {
      throw corrupt("has " + whole.length() + " bytes, its version says " + length);
    }
  }

  @Override
  public long length() {
    return whole.length();
  }

  @Override
  public int read() throws IOException {
    return hasChunk() ? chunk[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, into.length);
    if (count == 0) {
      return 0;
    }
    if (!hasChunk()) {
      return -1;
    }
    int copied = Math.min(count, chunk.length - at);
    System.arraycopy(chunk, at, into, offset, copied);
    at += copied;
    return copied;
  }

  @Override
  public int available() throws IOException {
    checkOpen();
    return chunk.length - at;
  }

  /** Whether there is a byte to be read; takes the next chunk if need be. */
  private boolean hasChunk() throws IOException {
    checkOpen();
    if (at < chunk.length) {
      return true;
    }
    if (taken == whole.length()) {
      return false;
    }
    try {
      if (!records.next()) {
        throw corrupt("ends after " + taken + " of " + whole.length() + " bytes");
      }
      chunk = records.value();
    } catch (IllegalStateException e) {
      throw closedException(e);
    }
    at = 0;
    taken += chunk.length;
    checksum = UploadChecksum.next(checksum, chunk);
    boolean differs = taken == whole.length() && checksum != whole.checksum();
    if (chunk.length == 0 || taken > whole.length() || differs) {
      throw corrupt("does not hold the bytes that were written");
    }
    return true;
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw closedException(null);
    }
  }

  static IOException closedException(@Nullable Throwable cause) {
    return new IOException(
        "the value is closed, or its replica was, or got its content from another replica; open it"
            + " again",
        cause);
  }

  private static StoreCorruptException corrupt(String what) {
    return new StoreCorruptException("a large value " + what, null);
  }

  @Override
  public void close() {
    closed = true;
    chunk = NOTHING;
    at = 0;
    records.close();
  }
}
