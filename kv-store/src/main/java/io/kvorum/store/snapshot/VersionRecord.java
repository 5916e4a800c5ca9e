// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * One version of one key. The arrays are not copied; equal when all bytes are.
 *
 * @param tombstone whether it says "deleted"; then {@code expireAt} is 0 and the value is empty
 * @param expireAt the timestamp from which it is invisible; 0 for never
 */
public record VersionRecord(
    byte[] key, long commitTs, boolean tombstone, long expireAt, byte[] value)
    implements StreamRecord {

  private static final byte[] NO_VALUE = {};

  /** A live version. */
  public static VersionRecord live(byte[] key, long commitTs, long expireAt, byte[] value) {
    return new VersionRecord(key, commitTs, false, expireAt, value);
  }

  /** A tombstone. */
  public static VersionRecord tombstone(byte[] key, long commitTs) {
    return new VersionRecord(key, commitTs, true, 0, NO_VALUE);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof VersionRecord other
        && Arrays.equals(key, other.key)
        && commitTs == other.commitTs
        && tombstone == other.tombstone
        && expireAt == other.expireAt
        && Arrays.equals(value, other.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Long.hashCode(commitTs);
  }

  /** The key in hex and the length of the value: values stay out of logs. */
  @Override
  public String toString() {
    return "VersionRecord["
        + HexFormat.of().formatHex(key)
        + "@"
        + commitTs
        + (tombstone ? " tombstone" : " " + value.length + " bytes, expireAt " + expireAt)
        + "]";
  }
}
