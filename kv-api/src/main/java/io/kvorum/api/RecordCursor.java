// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * A walk over the state records of a range, ascending, at one point in time. Used by one thread at
 * a time; must be closed. When its store closes or its content is replaced, the cursor is closed
 * with it, and every call but {@link #close()} is an {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (RecordCursor records = store.openRecords(range)) {
 *   while (records.next()) {
 *     bytes += records.value().length;
 *   }
 * }
 * }</pre>
 */
public interface RecordCursor extends AutoCloseable {

  /** Moves to the next record; false when there is none. Must be called before the first one. */
  boolean next();

  /** The key of the record it stands on: a fresh array. */
  byte[] key();

  /** The value of the record it stands on: a fresh array. */
  byte[] value();

  /** Idempotent. */
  @Override
  void close();
}
