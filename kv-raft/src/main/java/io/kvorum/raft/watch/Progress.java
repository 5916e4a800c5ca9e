// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** When a subscriber is to be told how far its watch has come. One thread at a time. */
final class Progress {

  /** What {@link #nanosUntilDue} says when there is nothing to tell. */
  static final long NOTHING = Long.MAX_VALUE;

  private final @Nullable Duration every;
  private final LongSupplier nanoTime;

  private long toldTs;
  private long toldNanos;

  /**
   * @param every the time that passes at the least; null: it is never told
   * @param afterTs what the subscriber knows by itself
   */
  Progress(@Nullable Duration every, long afterTs, LongSupplier nanoTime) {
    this.every = every;
    this.nanoTime = nanoTime;
    this.toldTs = afterTs;
    this.toldNanos = nanoTime.getAsLong();
  }

  /** The subscriber has been handed an event with this timestamp. */
  void told(long ts) {
    toldTs = ts;
    toldNanos = nanoTime.getAsLong();
  }

  /** How long it is, in nanoseconds, until this position is to be told; 0: now. */
  long nanosUntilDue(long position) {
    if (every == null || position <= toldTs) {
      return NOTHING;
    }
    return Math.max(0, every.toNanos() - (nanoTime.getAsLong() - toldNanos));
  }
}
