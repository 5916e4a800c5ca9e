// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.SnapshotFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** Joins checksummed chunks again. Holds one chunk in memory; one thread. */
final class ChunkReader {

  private static final int FIRST_STEP_BYTES = 1 << 20;

  private final InputStream in;
  private final MessageDigest sha = StreamFormat.sha256();

  /** One chunk: length, bytes, crc. Between position and limit lie the verified, unread bytes. */
  private final ByteBuffer chunk =
      ByteBuffer.allocate(4 + StreamFormat.MAX_CHUNK_BYTES + StreamFormat.CRC_BYTES);

  private boolean ended;
  private long count;

  ChunkReader(InputStream in) {
    this.in = in;
  }

  /** Reads and checks what stands before the first chunk. */
  SnapshotHeader preamble() {
    if (fill(0, 1) == 0) {
      throw new SnapshotFormatException("the snapshot stream is empty");
    }
    fillFully(1, 11);
    if (chunk.getLong(0) != StreamFormat.MAGIC) {
      throw new SnapshotFormatException(
          "this is no snapshot stream: it does not begin with " + StreamFormat.magicText());
    }
    int version = chunk.getInt(8);
    if (version != StreamFormat.VERSION) {
      throw new SnapshotFormatException(
          "the snapshot stream has format version "
              + Integer.toUnsignedString(version)
              + ", this build reads version "
              + StreamFormat.VERSION
              + "; read it with the release that wrote it or a newer one");
    }
    fillFully(12, StreamFormat.PREAMBLE_BYTES - 12 + StreamFormat.CRC_BYTES);
    checkCrc(StreamFormat.PREAMBLE_BYTES, "preamble");
    try {
      SnapshotHeader header =
          new SnapshotHeader(
              new LogPosition(chunk.getLong(12), chunk.getLong(20)),
              chunk.getLong(28),
              chunk.getLong(36));
      chunk.limit(0);
      return header;
    } catch (InvalidArgumentException e) {
      throw new SnapshotFormatException("the snapshot stream's preamble is invalid", e);
    }
  }

  /** Whether a record follows; false once the end mark, count and digest were verified. */
  boolean hasMore() {
    if (!chunk.hasRemaining() && !ended) {
      nextChunk();
    }
    return chunk.hasRemaining();
  }

  /** The count that the verified end mark holds. */
  long count() {
    return count;
  }

  byte getByte() {
    need();
    return chunk.get();
  }

  int getInt() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value = (value << 8) | (getByte() & 0xFF);
    }
    return value;
  }

  long getLong() {
    return ((long) getInt() << 32) | (getInt() & 0xFFFF_FFFFL);
  }

  /** That many bytes; memory is taken as they arrive, at most twice what has arrived already. */
  byte[] get(int length) {
    byte[] bytes = new byte[Math.min(length, FIRST_STEP_BYTES)];
    int done = 0;
    while (done < length) {
      need();
      if (done == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * done));
      }
      int step = Math.min(bytes.length - done, chunk.remaining());
      chunk.get(bytes, done, step);
      done += step;
    }
    return bytes;
  }

  private void need() {
    if (!hasMore()) {
      throw new SnapshotFormatException("the snapshot stream's end mark stands inside a record");
    }
  }

  private void nextChunk() {
    chunk.clear();
    fillFully(0, 4);
    int length = chunk.getInt(0);
    if (length == 0) {
      end();
      return;
    }
    if (length < 0 || length > StreamFormat.MAX_CHUNK_BYTES) {
      throw damaged("chunk length " + Integer.toUnsignedString(length));
    }
    fillFully(4, length + StreamFormat.CRC_BYTES);
    checkCrc(4 + length, "chunk");
    chunk.position(4).limit(4 + length);
  }

  private void end() {
    fillFully(4, 8 + StreamFormat.CRC_BYTES);
    checkCrc(12, "end mark");
    count = chunk.getLong(4);
    byte[] expected = sha.digest();
    fillFully(0, StreamFormat.SHA_BYTES);
    byte[] found = Arrays.copyOf(chunk.array(), StreamFormat.SHA_BYTES);
    if (!MessageDigest.isEqual(expected, found)) {
      throw damaged("SHA-256");
    }
    if (fill(0, 1) != 0) {
      throw new SnapshotFormatException("bytes follow the end of the snapshot stream");
    }
    chunk.limit(0);
    ended = true;
  }

  /** Verifies the crc behind the first {@code length} bytes, and counts both into the digest. */
  private void checkCrc(int length, String part) {
    if (chunk.getInt(length) != StreamFormat.crc(chunk.array(), length)) {
      throw damaged("checksum of the " + part);
    }
    sha.update(chunk.array(), 0, length + StreamFormat.CRC_BYTES);
  }

  private void fillFully(int offset, int length) {
    if (fill(offset, length) < length) {
      throw new SnapshotFormatException("the snapshot stream is cut: it ends before its end mark");
    }
  }

  private int fill(int offset, int length) {
    try {
      return in.readNBytes(chunk.array(), offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException("the snapshot stream cannot be read", e);
    }
  }

  private static SnapshotFormatException damaged(String what) {
    return new SnapshotFormatException("the snapshot stream is damaged: wrong " + what);
  }
}
