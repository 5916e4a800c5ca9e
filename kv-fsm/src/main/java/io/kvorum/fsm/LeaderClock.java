// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Request;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes the clock hints that a leader stamps into the entries it proposes: 48 bits of milliseconds
 * and 16 logical bits. They rise strictly while the clock stands still or runs back a little; one
 * that was set back by more is followed, since the log makes timestamps that rise without it. Any
 * thread.
 */
final class LeaderClock {

  /** How far ahead of this replica's clock a timestamp may be that a command brings along. */
  static final long MAX_AHEAD_MILLIS = 1_000;

  private static final int LOGICAL_BITS = 16;
  private static final long MAX_AHEAD = MAX_AHEAD_MILLIS << LOGICAL_BITS;

  private final LongSupplier epochMillis;
  private final AtomicLong last = new AtomicLong();

  LeaderClock(LongSupplier epochMillis) {
    this.epochMillis = epochMillis;
  }

  /**
   * The hint for a command: this replica's clock, whatever hint the command brings along.
   *
   * @throws InvalidArgumentException if the command would drag the database into the future: its
   *     hint, or the time that it asks for, is too far ahead of this replica's clock
   */
  long hintFor(Command command) {
    long now = epochMillis.getAsLong() << LOGICAL_BITS;
    checkAhead(command.clockHint(), now);
    for (Request request : command.requests()) {
      Request inner = request instanceof Request.Once once ? once.request() : request;
      if (inner instanceof Request.Clock clock) {
        checkAhead(clock.atLeast(), now);
      }
    }
    return last.updateAndGet(
        previous -> previous > now + MAX_AHEAD ? now : Math.max(previous + 1, now));
  }

  private static void checkAhead(long ts, long now) {
    if (ts > now + MAX_AHEAD) {
      throw new InvalidArgumentException(
          "the command asks for timestamp "
              + ts
              + ", "
              + ((ts - now) >>> LOGICAL_BITS)
              + " ms ahead of this replica's clock; allowed are "
              + MAX_AHEAD_MILLIS
              + " ms. Check the clocks of the client's host and of this one");
    }
  }
}
