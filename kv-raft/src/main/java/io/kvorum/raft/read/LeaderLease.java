// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Until when no other replica can have been elected, as this leader knows from the promises of the
 * others; see the package. Thread-safe.
 */
final class LeaderLease {

  /** The part of a promise that is relied on: clocks may differ in rate, and round. */
  private static final double RELIED_ON = 0.75;

  private final long blockNanos;
  private final LongSupplier nanoTime;

  /* Replaced as a whole, under this; every read by lease looks at it, and takes no lock. */
  private volatile State state;

  private record State(long term, long untilNanos, long blockedUntilNanos) {}

  /**
   * @param blockNanos how long leadership that is being handed over may take to move
   */
  LeaderLease(long blockNanos) {
    this(blockNanos, System::nanoTime);
  }

  LeaderLease(long blockNanos, LongSupplier nanoTime) {
    this.blockNanos = blockNanos;
    this.nanoTime = nanoTime;
    this.state = new State(-1, 0, nanoTime.getAsLong());
  }

  /**
   * A round that began at that moment confirmed the term, and a majority promised to support no
   * other leader for so long after.
   */
  synchronized void grant(long confirmedTerm, long beganNanos, long promisedMillis) {
    long until = beganNanos + (long) (TimeUnit.MILLISECONDS.toNanos(promisedMillis) * RELIED_ON);
    State now = state;
    if (confirmedTerm > now.term || (confirmedTerm == now.term && until - now.untilNanos > 0)) {
      state = new State(confirmedTerm, until, now.blockedUntilNanos);
    }
  }

  /** Leadership is being handed over: its receiver asks for votes without waiting for anything. */
  synchronized void block() {
    state = new State(-1, state.untilNanos, nanoTime.getAsLong() + blockNanos);
  }

  /** Whether this replica leads in that term now, for certain under the assumptions of a lease. */
  boolean holds(long leaderTerm) {
    State held = state;
    long now = nanoTime.getAsLong();
    return held.term == leaderTerm
        && now - held.untilNanos < 0
        && now - held.blockedUntilNanos >= 0;
  }
}
