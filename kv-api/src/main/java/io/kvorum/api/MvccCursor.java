// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * A walk over the visible keys of a range at one point in time. Used by one thread at a time; must
 * be closed. When its store closes, the cursor is closed with it, and every call but {@link
 * #close()} is an {@link IllegalStateException}.
 */
public interface MvccCursor extends AutoCloseable {

  /**
   * Moves to the next visible key; false when there is none. Must be called before the first key.
   */
  boolean next();

  /** The key it stands on: a fresh array. */
  byte[] key();

  /** The value it stands on: a fresh array. */
  byte[] value();

  /** The commit timestamp of the version it stands on. */
  long commitTs();

  /** Idempotent. */
  @Override
  void close();
}
