// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

/**
 * What was written to a key at one timestamp. Only this package sees it, and nobody changes the
 * array; compared by identity.
 *
 * @param expireAt 0 for never
 */
record Version(long commitTs, boolean tombstone, long expireAt, byte[] value) {

  private static final byte[] NO_VALUE = {};

  static Version tombstone(long commitTs) {
    return new Version(commitTs, true, 0, NO_VALUE);
  }

  static Version live(long commitTs, long expireAt, byte[] value) {
    return new Version(commitTs, false, expireAt, value);
  }

  /** Whether a read at {@code ts} that this version decides sees a value. */
  boolean liveAt(long ts) {
    return !tombstone && (expireAt == 0 || expireAt > ts);
  }

  Version expiringAt(long newExpireAt, long newCommitTs) {
    return new Version(newCommitTs, false, newExpireAt, value);
  }
}
