// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import io.kvorum.api.LogPosition;
import java.util.ArrayList;
import java.util.List;

/** The values of the store's own records, see the package's grammar. */
public final class StoreRecords {

  /** What {@link StoreKeys#format} holds in a store of this build. */
  public static final byte FORMAT_VERSION = 2;

  private StoreRecords() {}

  /** lastCommitTs and watermark. */
  public record Timestamps(long lastCommitTs, long minRetainedTs) {

    /** Of a fresh store. */
    public static final Timestamps ZERO = new Timestamps(0, 0);
  }

  public static byte[] encode(LogPosition position) {
    byte[] bytes = new byte[2 * Long.BYTES];
    BigEndian.putLong(bytes, 0, position.term());
    BigEndian.putLong(bytes, Long.BYTES, position.index());
    return bytes;
  }

  public static LogPosition decodePosition(byte[] bytes) {
    return new LogPosition(BigEndian.getLong(bytes, 0), BigEndian.getLong(bytes, Long.BYTES));
  }

  public static byte[] encode(Timestamps timestamps) {
    byte[] bytes = new byte[2 * Long.BYTES];
    BigEndian.putLong(bytes, 0, timestamps.lastCommitTs());
    BigEndian.putLong(bytes, Long.BYTES, timestamps.minRetainedTs());
    return bytes;
  }

  public static Timestamps decodeTimestamps(byte[] bytes) {
    return new Timestamps(BigEndian.getLong(bytes, 0), BigEndian.getLong(bytes, Long.BYTES));
  }

  /** The keys of a garbage record. */
  public static byte[] encodeKeys(List<byte[]> keys) {
    int length = 0;
    for (byte[] key : keys) {
      length += Integer.BYTES + key.length;
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (byte[] key : keys) {
      BigEndian.putInt(bytes, at, key.length);
      System.arraycopy(key, 0, bytes, at + Integer.BYTES, key.length);
      at += Integer.BYTES + key.length;
    }
    return bytes;
  }

  /**
   * The keys of a garbage record.
   *
   * @throws IllegalArgumentException if the bytes are no such record
   */
  public static List<byte[]> decodeKeys(byte[] bytes) {
    List<byte[]> keys = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      if (bytes.length - at < Integer.BYTES) {
        throw new IllegalArgumentException("a length of 4 bytes is cut at offset " + at);
      }
      int length = BigEndian.getInt(bytes, at);
      at += Integer.BYTES;
      if (length < 0 || length > bytes.length - at) {
        throw new IllegalArgumentException("key length " + length + " at offset " + at);
      }
      byte[] key = new byte[length];
      System.arraycopy(bytes, at, key, 0, length);
      keys.add(key);
      at += length;
    }
    return keys;
  }
}
