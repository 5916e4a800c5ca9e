// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValueException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One stored version as bytes, see the package's grammar. The same bytes stand under the newest key
 * and in an undo record: moving one does not change them. What {@link #put}, {@link #large} and
 * {@link #tombstone} make has no link yet: {@link #stored} adds it.
 */
public final class VersionBytes {

  private static final int TOMBSTONE = 1;
  private static final int EXPIRES = 2;
  private static final int LARGE = 4;
  private static final int LINKED = 8;
  private static final int HISTORY = 16;
  private static final int HEADER = 1 + Long.BYTES;
  private static final int REFERENCE = 2 * Long.BYTES;
  private static final int LONGEST_LINK = 255;

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

  /**
   * The bytes to store for a version without a link; the same array when nothing is added.
   *
   * @param link the way to the version that it replaced; {@link Link#NONE} without one
   * @param hasHistory whether older versions of the key may have records of their own
   */
  public static byte[] stored(byte[] version, Link link, boolean hasHistory) {
    byte[] linkBytes = link.encode(commitTs(version));
    if (linkBytes.length == 0 && !hasHistory) {
      return version;
    }
    if (linkBytes.length > LONGEST_LINK) {
      throw new IllegalArgumentException("a link of " + linkBytes.length + " bytes");
    }
    int header = headerLength(version);
    int inserted = linkBytes.length == 0 ? 0 : 1 + linkBytes.length;
    byte[] bytes = new byte[version.length + inserted];
    System.arraycopy(version, 0, bytes, 0, header);
    if (inserted > 0) {
      bytes[0] |= LINKED;
      bytes[header] = (byte) linkBytes.length;
      System.arraycopy(linkBytes, 0, bytes, header + 1, linkBytes.length);
    }
    System.arraycopy(version, header, bytes, header + inserted, version.length - header);
    if (hasHistory) {
      bytes[0] |= HISTORY;
    }
    return bytes;
  }

  /** The same version as that of a key some of whose older versions have records of their own. */
  public static byte[] withHistory(byte[] version) {
    byte[] bytes = version.clone();
    bytes[0] |= HISTORY;
    return bytes;
  }

  /** Whether older versions of the key may have records of their own. */
  public static boolean hasHistory(byte[] version) {
    return (version[0] & HISTORY) != 0;
  }

  /** The way to the version that this one replaced; {@link Link#NONE} without one. */
  public static Link link(byte[] version) {
    if ((version[0] & LINKED) == 0) {
      return Link.NONE;
    }
    int at = linkOffset(version);
    return Link.decode(ByteBuffer.wrap(version, at + 1, version[at] & 0xFF), commitTs(version));
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
    boolean linked = (bytes[0] & LINKED) != 0;
    if ((bytes[0] & EXPIRES) != 0 && (bytes.length < HEADER + Long.BYTES || expireAt(bytes) <= 0)) {
      return false;
    }
    if (linked && (bytes.length <= linkOffset(bytes) || !isLinkWellFormed(bytes))) {
      return false;
    }
    return switch (bytes[0] & ~(LINKED | HISTORY)) {
      case 0, EXPIRES -> true;
      case TOMBSTONE -> bytes.length == headerLength(bytes);
      case LARGE, LARGE | EXPIRES -> hasReference(bytes);
      default -> false;
    };
  }

  private static boolean isLinkWellFormed(byte[] bytes) {
    if (bytes.length < headerLength(bytes)) {
      return false;
    }
    try {
      return link(bytes).depth() > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean hasReference(byte[] bytes) {
    int at = headerLength(bytes);
    return bytes.length == at + REFERENCE
        && BigEndian.getLong(bytes, at) > 0
        && BigEndian.getLong(bytes, at + Long.BYTES) >= 0;
  }

  private static int headerLength(byte[] version) {
    int at = linkOffset(version);
    return (version[0] & LINKED) != 0 ? at + 1 + (version[at] & 0xFF) : at;
  }

  private static int linkOffset(byte[] version) {
    return (version[0] & EXPIRES) != 0 ? HEADER + Long.BYTES : HEADER;
  }
}
