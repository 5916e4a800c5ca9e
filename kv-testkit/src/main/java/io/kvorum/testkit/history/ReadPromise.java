// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import io.kvorum.api.ReadOptions;

/**
 * What a read promised about the moment it shows; each is judged by its own.
 *
 * <p>Example: {@link RecordedCall}.
 */
public sealed interface ReadPromise {

  /** Shows everything acknowledged before it began, on any replica. Also what a lease promises. */
  record Linearizable() implements ReadPromise {}

  /** Shows at least the commits up to the timestamp. */
  record AtLeast(long timestamp) implements ReadPromise {}

  /**
   * Shows exactly the commits up to the timestamp, whenever and wherever it is asked: no later
   * commit may land at or below it.
   */
  record At(long timestamp) implements ReadPromise {}

  /** Shows a moment that was the present at most so long before the read began. */
  record Stale(long maxAgeNanos) implements ReadPromise {}

  /** What a read with these options promises. */
  static ReadPromise of(ReadOptions options) {
    if (options instanceof ReadOptions.AtLeast read) {
      return new AtLeast(read.commitTs());
    } else if (options instanceof ReadOptions.At read) {
      return new At(read.timestamp());
    } else if (options instanceof ReadOptions.Stale read) {
      return new Stale(read.maxAge().toNanos());
    } else {
      return new Linearizable();
    }
  }
}
