// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValueException;
import org.jspecify.annotations.Nullable;

/**
 * What was written to a key at one timestamp. Only this package sees it, and nobody changes the
 * array; compared by identity.
 *
 * @param expireAt 0 for never
 * @param large in place of the bytes of a large value; null for others
 */
record Version(
    long commitTs, boolean tombstone, long expireAt, byte[] value, @Nullable LargeReference large) {

  private static final byte[] NO_VALUE = {};

  static Version tombstone(long commitTs) {
    return new Version(commitTs, true, 0, NO_VALUE, null);
  }

  static Version live(long commitTs, long expireAt, byte[] value) {
    return new Version(commitTs, false, expireAt, value, null);
  }

  static Version large(long commitTs, long expireAt, LargeReference large) {
    return new Version(commitTs, false, expireAt, NO_VALUE, large);
  }

  /** Whether a read at {@code ts} that this version decides sees a value. */
  boolean liveAt(long ts) {
    return !tombstone && (expireAt == 0 || expireAt > ts);
  }

  /**
   * A copy of the value.
   *
   * @throws LargeValueException if it is a large one
   */
  byte[] copy(byte[] key) {
    if (large != null) {
      throw new LargeValueException(key, large.length());
    }
    return value.clone();
  }

  Version expiringAt(byte[] key, long newExpireAt, long newCommitTs) {
    return live(newCommitTs, newExpireAt, copy(key));
  }
}
