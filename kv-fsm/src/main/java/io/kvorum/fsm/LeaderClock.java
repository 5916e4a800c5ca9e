// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes the clock hints that a leader stamps into the entries it proposes: 48 bits of milliseconds
 * and 16 logical bits, strictly rising even when the clock stands still or runs back. Any thread.
 */
final class LeaderClock {

  private static final int LOGICAL_BITS = 16;

  private final LongSupplier epochMillis;
  private final AtomicLong last = new AtomicLong();

  LeaderClock(LongSupplier epochMillis) {
    this.epochMillis = epochMillis;
  }

  long next() {
    long now = epochMillis.getAsLong() << LOGICAL_BITS;
    return last.updateAndGet(previous -> Math.max(previous + 1, now));
  }
}
