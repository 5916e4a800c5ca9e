// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * A walk over the visible keys of a range at one point in time. Used by one thread at a time; must
 * be closed. When its store closes or its content is replaced, the cursor is closed with it, and
 * every call but {@link #close()} is an {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (MvccCursor cursor = kv.openCursor(range, false, ReadOptions.linearizable())) {
 *   while (cursor.next()) {
 *     bytes += cursor.key().length + cursor.valueLength();
 *   }
 * }
 * }</pre>
 */
public interface MvccCursor extends AutoCloseable {

  /**
   * Moves to the next visible key; false when there is none. Must be called before the first key.
   */
  boolean next();

  /** The key it stands on: a fresh array. */
  byte[] key();

  /**
   * The value it stands on: a fresh array.
   *
   * @throws LargeValueException if it {@link #isLarge}
   */
  byte[] value();

  /** Whether the value it stands on is a large one, which is not loaded into an array. */
  default boolean isLarge() {
    return false;
  }

  /** The length of the value it stands on, in bytes. */
  default long valueLength() {
    return value().length;
  }

  /** The key and value it stands on, without the bytes of a large one. */
  default KeyValue entry() {
    return isLarge() ? KeyValue.large(key(), valueLength()) : new KeyValue(key(), value());
  }

  /** The commit timestamp of the version it stands on. */
  long commitTs();

  /** Idempotent. */
  @Override
  void close();
}
