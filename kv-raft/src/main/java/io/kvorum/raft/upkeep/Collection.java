// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.upkeep;

import io.kvorum.api.CancelledException;
import io.kvorum.api.MvccStore;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Deletes what the watermark has passed, at a low rate: between two batches it rests for about as
 * long as a batch took. One thread.
 */
final class Collection {

  private static final long LONGEST_REST_NANOS = 10_000_000;

  private final MvccStore store;
  private final LongConsumer rest;

  /** Up to here everything is collected; -1: not known. */
  private long collectedTo = -1;

  /**
   * @param rest waits for so many nanoseconds, or less
   */
  Collection(MvccStore store, LongConsumer rest) {
    this.store = store;
    this.rest = rest;
  }

  /**
   * Goes on until nothing is left to do.
   *
   * @param interrupted asked between two batches
   * @return false if it was interrupted; the next call goes on
   */
  boolean run(BooleanSupplier interrupted) {
    long watermark = store.minRetainedTs();
    if (watermark == 0 || watermark == collectedTo) {
      return true;
    }
    long[] began = {System.nanoTime()};
    try {
      store.compact(
          watermark,
          () -> {
            rest.accept(Math.min(System.nanoTime() - began[0], LONGEST_REST_NANOS));
            began[0] = System.nanoTime();
            return interrupted.getAsBoolean();
          });
    } catch (CancelledException e) {
      return false;
    }
    collectedTo = watermark;
    return true;
  }
}
