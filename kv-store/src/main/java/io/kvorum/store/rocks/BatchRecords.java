// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/*
 * Implementation notes. A call into RocksDB for each record costs about as much as the record's share
 * of the write itself. RocksDB also takes a batch as the bytes that it keeps it in, the same that
 * stand in its write-ahead log; these are built here and handed over in one call:
 *
 *   batch  := u64 sequence  u32 count  record*     little-endian; RocksDB sets the sequence
 *   record := 01 string(key) string(value)         a put
 *           | 00 string(key)                       a delete
 *           | 0F string(from) string(to)           a delete of the keys from <= key < to
 *   string := varint32 length  bytes               seven bits a byte, the lowest first
 *
 * Long records go one by one: there the call costs little, and the bytes would be one more copy of
 * the batch on the heap.
 */

/**
 * The records of one write, in order; deletes of ranges come before all others. A later record of a
 * key wins. The arrays are not copied.
 */
final class BatchRecords {

  /**
   * Records that are longer than this on average are handed over one by one, and all of a huge
   * batch.
   */
  static final int LONG_RECORD = 4096;

  private static final int LARGEST_SERIALIZED = 64 * 1024 * 1024;

  private static final byte PUT = 1;
  private static final byte DELETE = 0;
  private static final byte DELETE_RANGE = 0x0F;
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  private final List<byte[]> ranges = new ArrayList<>(); // from, to, from, to, ...
  private final List<byte[]> keys = new ArrayList<>();
  private final List<byte @Nullable []> values = new ArrayList<>(); // null: a delete
  private long bytes = HEADER;

  void put(byte[] key, byte[] value) {
    keys.add(key);
    values.add(value);
    bytes += 1 + stringBytes(key) + stringBytes(value);
  }

  void delete(byte[] key) {
    keys.add(key);
    values.add(null);
    bytes += 1 + stringBytes(key);
  }

  /** Deletes {@code from <= key < to}, as it is before this write. */
  void deleteRange(byte[] from, byte[] to) {
    ranges.add(from);
    ranges.add(to);
    bytes += 1 + stringBytes(from) + stringBytes(to);
  }

  /** The same records as a batch of RocksDB, which the caller closes. */
  WriteBatch toWriteBatch() throws RocksDBException {
    return bytes <= Math.min(LARGEST_SERIALIZED, (long) LONG_RECORD * count())
        ? new WriteBatch(serialized())
        : recordByRecord();
  }

  private int count() {
    return ranges.size() / 2 + keys.size();
  }

  private byte[] serialized() {
    byte[] all = new byte[Math.toIntExact(bytes)];
    ByteBuffer into = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    into.putLong(0).putInt(count());
    for (int i = 0; i < ranges.size(); i += 2) {
      into.put(DELETE_RANGE);
      string(into, ranges.get(i));
      string(into, ranges.get(i + 1));
    }
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      into.put(value == null ? DELETE : PUT);
      string(into, keys.get(i));
      if (value != null) {
        string(into, value);
      }
    }
    return all;
  }

  private static int stringBytes(byte[] string) {
    int lengthBytes = 1;
    for (int length = string.length; length >= 0x80; length >>>= 7) {
      lengthBytes++;
    }
    return lengthBytes + string.length;
  }

  private static void string(ByteBuffer into, byte[] string) {
    int length = string.length;
    while (length >= 0x80) {
      into.put((byte) (length | 0x80));
      length >>>= 7;
    }
    into.put((byte) length).put(string);
  }

  private WriteBatch recordByRecord() throws RocksDBException {
    WriteBatch batch = new WriteBatch();
    try {
      for (int i = 0; i < ranges.size(); i += 2) {
        batch.deleteRange(ranges.get(i), ranges.get(i + 1));
      }
      for (int i = 0; i < keys.size(); i++) {
        byte[] value = values.get(i);
        if (value == null) {
          batch.delete(keys.get(i));
        } else {
          batch.put(keys.get(i), value);
        }
      }
      return batch;
    } catch (RocksDBException | RuntimeException e) {
      batch.close();
      throw e;
    }
  }
}
