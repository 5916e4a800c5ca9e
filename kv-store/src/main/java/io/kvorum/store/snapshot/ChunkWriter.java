// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Cuts bytes into checksummed chunks. Holds one chunk in memory; one thread. */
final class ChunkWriter {

  private final OutputStream out;
  private final MessageDigest sha = StreamFormat.sha256();

  /** length, bytes so far; room for the crc at the end. */
  private final ByteBuffer chunk =
      ByteBuffer.allocate(4 + StreamFormat.MAX_CHUNK_BYTES + StreamFormat.CRC_BYTES);

  ChunkWriter(OutputStream out) {
    this.out = out;
  }

  void preamble(SnapshotHeader header) {
    chunk
        .clear()
        .putLong(StreamFormat.MAGIC)
        .putInt(StreamFormat.VERSION)
        .putLong(header.applied().term())
        .putLong(header.applied().index())
        .putLong(header.lastCommitTs())
        .putLong(header.minRetainedTs());
    emitWithCrc();
    chunk.clear().position(4);
  }

  void putByte(byte value) {
    makeRoom();
    chunk.put(value);
  }

  void putInt(int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      putByte((byte) (value >>> shift));
    }
  }

  void putLong(long value) {
    putInt((int) (value >>> 32));
    putInt((int) value);
  }

  void put(byte[] bytes) {
    int done = 0;
    while (done < bytes.length) {
      makeRoom();
      int step = Math.min(bytes.length - done, chunk.remaining() - StreamFormat.CRC_BYTES);
      chunk.put(bytes, done, step);
      done += step;
    }
  }

  /** Writes what is left, the end mark and the digest. */
  void end(long count) {
    if (chunk.position() > 4) {
      emitChunk();
    }
    chunk.clear().putInt(0).putLong(count);
    emitWithCrc();
    write(sha.digest(), StreamFormat.SHA_BYTES);
  }

  private void makeRoom() {
    if (chunk.remaining() == StreamFormat.CRC_BYTES) {
      emitChunk();
    }
  }

  private void emitChunk() {
    chunk.putInt(0, chunk.position() - 4);
    emitWithCrc();
    chunk.clear().position(4);
  }

  private void emitWithCrc() {
    chunk.putInt(StreamFormat.crc(chunk.array(), chunk.position()));
    sha.update(chunk.array(), 0, chunk.position());
    write(chunk.array(), chunk.position());
  }

  private void write(byte[] bytes, int length) {
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException("the snapshot stream cannot be written", e);
    }
  }
}
