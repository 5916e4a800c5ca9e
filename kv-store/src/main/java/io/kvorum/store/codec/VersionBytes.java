// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValueException;
import java.util.Arrays;

/**
 * One stored version as bytes, see the package's grammar. The same bytes stand under the newest and
 * the older key of a version, so that moving one copies nothing.
 */
public final class VersionBytes {

  private static final int TOMBSTONE = 1;
  private static final int EXPIRES = 2;
  private static final int LARGE = 4;
  private static final int HEADER = 1 + Long.BYTES;
  private static final int REFERENCE = 2 * Long.BYTES;

  private VersionBytes() {}

  /** A live version; {@code expireAt} 0 for never. */
  public static byte[] put(long commitTs, byte[] value, long expireAt) {
    byte[] bytes = live(0, commitTs, value.length, expireAt);
    System.arraycopy(value, 0, bytes, headerLength(bytes), value.length);
    return bytes;
  }

  /** A live version whose bytes stand elsewhere; {@code expireAt} 0 for never. */
  public static byte[] large(long commitTs, LargeReference large, long expireAt) {
    byte[] bytes = live(LARGE, commitTs, REFERENCE, expireAt);
    BigEndian.putLong(bytes, headerLength(bytes), large.length());
    BigEndian.putLong(bytes, headerLength(bytes) + Long.BYTES, large.id());
    return bytes;
  }

  /** A live version with room for what follows its header. */
  private static byte[] live(int flags, long commitTs, int length, long expireAt) {
    byte[] bytes = new byte[(expireAt == 0 ? HEADER : HEADER + Long.BYTES) + length];
    bytes[0] = (byte) (expireAt == 0 ? flags : flags | EXPIRES);
    BigEndian.putLong(bytes, 1, commitTs);
    if (expireAt != 0) {
      BigEndian.putLong(bytes, HEADER, expireAt);
    }
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

  /** Whether its bytes stand elsewhere: {@link #reference} tells what is known of them. */
  public static boolean isLarge(byte[] version) {
    return (version[0] & LARGE) != 0;
  }

  /** What stands in place of a large value; the version must be a large one. */
  public static LargeReference reference(byte[] version) {
    int at = headerLength(version);
    return new LargeReference(
        BigEndian.getLong(version, at), BigEndian.getLong(version, at + Long.BYTES));
  }

  /**
   * A copy of the value; empty for a tombstone.
   *
   * @param userKey of the version
   * @throws LargeValueException if it is a large one
   */
  public static byte[] value(byte[] userKey, byte[] version) {
    if (isLarge(version)) {
      throw new LargeValueException(userKey, reference(version).length());
    }
    return Arrays.copyOfRange(version, headerLength(version), version.length);
  }

  /** The length of a value that is not a large one. */
  public static int valueLength(byte[] version) {
    return version.length - headerLength(version);
  }

  /** Whether the bytes are what one of this class's methods made of some arguments. */
  public static boolean isWellFormed(byte[] bytes) {
    if (bytes.length < HEADER || commitTs(bytes) < 0) {
      return false;
    }
    return switch (bytes[0]) {
      case 0 -> true;
      case TOMBSTONE -> bytes.length == HEADER;
      case EXPIRES -> bytes.length >= headerLength(bytes) && expireAt(bytes) > 0;
      case LARGE -> hasReference(bytes);
      case LARGE | EXPIRES -> hasReference(bytes) && expireAt(bytes) > 0;
      default -> false;
    };
  }

  private static boolean hasReference(byte[] bytes) {
    int at = headerLength(bytes);
    return bytes.length == at + REFERENCE
        && BigEndian.getLong(bytes, at) > 0
        && BigEndian.getLong(bytes, at + Long.BYTES) >= 0;
  }

  private static int headerLength(byte[] version) {
    return (version[0] & EXPIRES) != 0 ? HEADER + Long.BYTES : HEADER;
  }
}
