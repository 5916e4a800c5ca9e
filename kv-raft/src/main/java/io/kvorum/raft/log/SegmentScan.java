// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Walks over the bytes of one segment and judges the first record that does not verify. */
final class SegmentScan {

  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
  private static final int SECTOR_BYTES = 512;
  private static final int SHORTEST_ZERO_PART_BYTES = 16;
  private static final int CRC_BYTES = 4;
  private static final int MAX_VARINT_BYTES = 5;

  /** How a segment ends. */
  enum End {
    /** After its last record, or in zeros that were preallocated. */
    CLEAN,
    /** In a write that did not reach the disk as a whole. */
    TORN,
    /** In bytes that no interrupted write leaves. */
    DAMAGED,
    /** At a good record that is longer than records may be. */
    TOO_LONG
  }

  /**
   * What was found.
   *
   * @param offset of the first byte behind the last good record
   */
  record Verdict(End end, int offset, long records) {}

  private final byte[] bytes;
  private final int maxEntryBytes;

  SegmentScan(byte[] bytes, int maxEntryBytes) {
    this.bytes = bytes;
    this.maxEntryBytes = maxEntryBytes;
  }

  Verdict run() {
    int matching = headerBytesThatMatch();
    if (matching < HEADER.length) {
      return new Verdict(isZero(matching, bytes.length) ? End.TORN : End.DAMAGED, 0, 0);
    }
    int at = HEADER.length;
    for (long records = 0; ; records++) {
      if (at == bytes.length || isZero(at, bytes.length)) {
        return new Verdict(End.CLEAN, at, records);
      }
      int next = endOfGoodRecord(at, maxEntryBytes);
      if (next < 0 && endOfGoodRecord(at, bytes.length) > 0) {
        return new Verdict(End.TOO_LONG, at, records);
      } else if (next < 0) {
        return new Verdict(isTorn(at) ? End.TORN : End.DAMAGED, at, records);
      }
      at = next;
    }
  }

  private int headerBytesThatMatch() {
    int i = 0;
    while (i < HEADER.length && i < bytes.length && bytes[i] == HEADER[i]) {
      i++;
    }
    return i;
  }

  /* Where the record that begins here ends; -1 when it does not verify. */
  private int endOfGoodRecord(int at, int limit) {
    long end = endOfRecord(at, limit);
    if (end < 0 || end > bytes.length) {
      return -1;
    }
    CRC32C crc = new CRC32C();
    int covered = (int) end - CRC_BYTES - at;
    crc.update(bytes, at, covered);
    int stored = ByteBuffer.wrap(bytes).getInt(at + covered);
    return stored == (int) crc.getValue() ? (int) end : -1;
  }

  /*
   * Where the length says that the record ends; -1 when it is no length, behind every file when the
   * length itself is cut.
   */
  private long endOfRecord(int at, int limit) {
    long length = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (at + i == bytes.length) {
        return Long.MAX_VALUE;
      }
      byte b = bytes[at + i];
      length |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        boolean allowed = length > 0 && length <= limit;
        return allowed ? at + i + 1L + length + CRC_BYTES : -1;
      }
    }
    return -1;
  }

  /* The rule of the package. */
  private boolean isTorn(int at) {
    long claimed = endOfRecord(at, maxEntryBytes);
    if (claimed > bytes.length) {
      return true;
    }
    int end =
        claimed > 0
            ? (int) claimed
            : (int) Math.min(bytes.length, (long) at + maxEntryBytes + MAX_VARINT_BYTES);
    if (isZero(end - 1, bytes.length)) {
      return true;
    }
    for (int from = at; from < end; ) {
      int to = Math.min(end, (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
      if (to - from >= SHORTEST_ZERO_PART_BYTES && isZero(from, to)) {
        return true;
      }
      from = to;
    }
    return false;
  }

  private boolean isZero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
