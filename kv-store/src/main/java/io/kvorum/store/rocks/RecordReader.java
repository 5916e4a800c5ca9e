// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreFailedException;
import org.jspecify.annotations.Nullable;

/** The records of a database, as they are now or were at one moment. */
interface RecordReader {

  byte @Nullable [] get(byte[] key);

  /** The records {@code from <= key < to}. */
  RecordIterator records(byte[] from, byte[] to);

  /** Stops the store because its records contradict each other; returns what to throw. */
  StoreFailedException damaged(String what);
}
