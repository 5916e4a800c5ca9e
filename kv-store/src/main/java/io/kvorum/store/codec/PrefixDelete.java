// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A delete of all keys with a prefix, as it stands on disk and is applied on top of reads until its
 * tombstones are written.
 */
public record PrefixDelete(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {

  /** Whether the key has the prefix and not the excluded one. */
  public boolean covers(byte[] key) {
    return startsWith(key, prefix) && (excludePrefix == null || !startsWith(key, excludePrefix));
  }

  /**
   * Whether a read at {@code readTs}, which the version {@code versionTs} decides, finds nothing.
   */
  public boolean hides(byte[] key, long versionTs, long readTs) {
    return versionTs <= commitTs && commitTs <= readTs && covers(key);
  }

  /** The value of its record; the commit timestamp stands in the record's key. */
  public byte[] encode() {
    int excludeLength = excludePrefix == null ? 0 : excludePrefix.length;
    byte[] bytes = new byte[Integer.BYTES + prefix.length + 1 + excludeLength];
    BigEndian.putInt(bytes, 0, prefix.length);
    System.arraycopy(prefix, 0, bytes, Integer.BYTES, prefix.length);
    int at = Integer.BYTES + prefix.length;
    if (excludePrefix != null) {
      bytes[at] = 1;
      System.arraycopy(excludePrefix, 0, bytes, at + 1, excludeLength);
    }
    return bytes;
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if the bytes are no such record
   */
  public static PrefixDelete decode(long commitTs, byte[] bytes) {
    int prefixLength = bytes.length < Integer.BYTES + 1 ? -1 : BigEndian.getInt(bytes, 0);
    if (prefixLength < 0 || prefixLength > bytes.length - Integer.BYTES - 1) {
      throw new IllegalArgumentException("prefix length " + prefixLength + " of " + bytes.length);
    }
    int at = Integer.BYTES + prefixLength;
    boolean excludes = bytes[at] == 1;
    if (!excludes && (bytes[at] != 0 || bytes.length != at + 1)) {
      throw new IllegalArgumentException("an exclusion that is neither there nor absent");
    }
    byte[] exclude = excludes ? Arrays.copyOfRange(bytes, at + 1, bytes.length) : null;
    return new PrefixDelete(Arrays.copyOfRange(bytes, Integer.BYTES, at), exclude, commitTs);
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof PrefixDelete other
        && Arrays.equals(prefix, other.prefix)
        && Arrays.equals(excludePrefix, other.excludePrefix)
        && commitTs == other.commitTs;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(prefix) + Long.hashCode(commitTs);
  }

  @Override
  public String toString() {
    return "PrefixDelete[" + prefix.length + " bytes at " + commitTs + "]";
  }
}
