// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import io.kvorum.api.LargeReference;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One version of one key. The arrays are not copied; equal when all bytes are.
 *
 * @param tombstone whether it says "deleted"; then {@code expireAt} is 0 and the value is empty
 * @param expireAt the timestamp from which it is invisible; 0 for never
 * @param large what stands in place of a large value, and then the value is empty; null for others
 */
public record VersionRecord(
    byte[] key,
    long commitTs,
    boolean tombstone,
    long expireAt,
    byte[] value,
    @Nullable LargeReference large)
    implements StreamRecord {

  private static final byte[] NO_VALUE = {};

  /** A live version. */
  public static VersionRecord live(byte[] key, long commitTs, long expireAt, byte[] value) {
    return new VersionRecord(key, commitTs, false, expireAt, value, null);
  }

  /** A live version whose bytes are state records. */
  public static VersionRecord large(
      byte[] key, long commitTs, long expireAt, LargeReference large) {
    return new VersionRecord(key, commitTs, false, expireAt, NO_VALUE, large);
  }

  /** A tombstone. */
  public static VersionRecord tombstone(byte[] key, long commitTs) {
    return new VersionRecord(key, commitTs, true, 0, NO_VALUE, null);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof VersionRecord other
        && Arrays.equals(key, other.key)
        && commitTs == other.commitTs
        && tombstone == other.tombstone
        && expireAt == other.expireAt
        && Arrays.equals(value, other.value)
        && Objects.equals(large, other.large);
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
        + (tombstone ? " tombstone" : " " + content() + ", expireAt " + expireAt)
        + "]";
  }

  private String content() {
    return large == null ? value.length + " bytes" : large.toString();
  }
}
