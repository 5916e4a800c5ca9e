// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How old this replica's state is at most: everything that was acknowledged anywhere before the
 * moment kept here is applied. Thread-safe.
 */
final class Freshness {

  private final LongSupplier nanoTime;
  private final long start;

  // Nanoseconds after the start; -1: nothing is known yet.
  private long known = -1;

  Freshness() {
    this(System::nanoTime);
  }

  Freshness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** A read that began at that moment has just been caught up with. */
  synchronized void caughtUp(long beganNanos) {
    known = Math.max(known, beganNanos - start);
  }

  /** Whether nothing older than that is missing. */
  synchronized boolean isWithin(Duration maxAge) {
    if (known < 0) {
      return false;
    }
    Duration age = Duration.ofNanos(nanoTime.getAsLong() - start - known);
    return age.compareTo(maxAge) <= 0;
  }
}
