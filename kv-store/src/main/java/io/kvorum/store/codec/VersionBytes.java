// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import java.util.Arrays;

/**
 * One stored version as bytes, see the package's grammar. The same bytes stand under the newest and
 * the older key of a version, so that moving one copies nothing.
 */
public final class VersionBytes {

  private static final int TOMBSTONE = 1;
  private static final int EXPIRES = 2;
  private static final int HEADER = 1 + Long.BYTES;

  private VersionBytes() {}

  /** A live version; {@code expireAt} 0 for never. */
  public static byte[] put(long commitTs, byte[] value, long expireAt) {
    int header = expireAt == 0 ? HEADER : HEADER + Long.BYTES;
    byte[] bytes = new byte[header + value.length];
    bytes[0] = (byte) (expireAt == 0 ? 0 : EXPIRES);
    BigEndian.putLong(bytes, 1, commitTs);
    if (expireAt != 0) {
      BigEndian.putLong(bytes, HEADER, expireAt);
    }
    System.arraycopy(value, 0, bytes, header, value.length);
    return bytes;
  }

  /** A tombstone. */
  public static byte[] tombstone(long commitTs) {
    byte[] bytes = new byte[HEADER];
    bytes[0] = TOMBSTONE;
    BigEndian.putLong(bytes, 1, commitTs);
    return bytes;
  }

  public static long commitTs(byte[] version) {
    return BigEndian.getLong(version, 1);
  }

  public static boolean isTombstone(byte[] version) {
    return (version[0] & TOMBSTONE) != 0;
  }

  /** The timestamp from which the version is invisible; 0 for never. */
  public static long expireAt(byte[] version) {
    return (version[0] & EXPIRES) != 0 ? BigEndian.getLong(version, HEADER) : 0;
  }

  /** Whether a read at {@code ts}, which this version decides, finds a value. */
  public static boolean isLiveAt(byte[] version, long ts) {
    long expireAt = expireAt(version);
    return !isTombstone(version) && (expireAt == 0 || expireAt > ts);
  }

  /** A copy of the value; empty for a tombstone. */
  public static byte[] value(byte[] version) {
    return Arrays.copyOfRange(version, headerLength(version), version.length);
  }

  /** Whether the bytes are what {@link #put} or {@link #tombstone} made of some arguments. */
  public static boolean isWellFormed(byte[] bytes) {
    if (bytes.length < HEADER || commitTs(bytes) < 0) {
      return false;
    }
    return switch (bytes[0]) {
      case 0 -> true;
      case TOMBSTONE -> bytes.length == HEADER;
      case EXPIRES -> bytes.length >= headerLength(bytes) && expireAt(bytes) > 0;
      default -> false;
    };
  }

  private static int headerLength(byte[] version) {
    return (version[0] & EXPIRES) != 0 ? HEADER + Long.BYTES : HEADER;
  }
}
