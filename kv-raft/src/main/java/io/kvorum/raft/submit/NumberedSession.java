// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.fsm.interpret.InterpreterLimits;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One session of this node in the log: numbers writes, and keeps what was acknowledged.
 * Thread-safe.
 *
 * <p>Invariants: (1) a number is given out once; (2) the floor never passes a number that is under
 * way or in doubt, so its outcome is remembered for as long as the session lives; (3) {@code
 * carried <= floor <= next}; (4) {@code next - carried} is at most the window, so the state machine
 * refuses no number for being too far ahead, whichever requests it has seen.
 */
final class NumberedSession {

  private static final int WINDOW = InterpreterLimits.SESSION_WINDOW;

  // Immutable after construction.
  private final long id;

  // guarded by this
  private final BitSet done = new BitSet(WINDOW); // at or above the floor, modulo the window
  private long next = 1;
  private long floor = 1;
  private long carried = 1; // the highest floor that is certain to have reached the state machine
  private int underWay;
  private int inDoubt;
  private long lastUse;
  private long lastSign; // of life: the session did not expire before this and its time to live

  /**
   * @param openedNanos when the request that opened it was sent
   */
  NumberedSession(long id, long openedNanos) {
    this.id = id;
    this.lastUse = openedNanos;
    this.lastSign = openedNanos;
  }

  long id() {
    return id;
  }

  /** The next number; null when the window is used up. */
  synchronized @Nullable Ticket take(long nowNanos) {
    if (next - carried >= WINDOW) {
      return null;
    }
    lastUse = nowNanos;
    underWay++;
    return new Ticket(this, next++, floor, nowNanos);
  }

  /** The write has an outcome, which its caller is told. */
  synchronized void answered(Ticket ticket) {
    carried = Math.max(carried, ticket.acknowledgedBelow());
    sign(ticket.takenNanos());
    finish(ticket);
  }

  /** The write is in no log and never will be. */
  synchronized void neverProposed(Ticket ticket) {
    finish(ticket);
  }

  /** The caller does not know what becomes of the write, and may ask. */
  synchronized void inDoubt(Ticket ticket) {
    underWay--;
    inDoubt++;
  }

  private void finish(Ticket ticket) {
    underWay--;
    done.set(slot(ticket.sequence()));
    while (floor < next && done.get(slot(floor))) {
      done.clear(slot(floor));
      floor++;
    }
  }

  private static int slot(long sequence) {
    return (int) (sequence % WINDOW);
  }

  /** A request of the session that was sent then has been answered. */
  synchronized void sign(long sentNanos) {
    if (sentNanos - lastSign > 0) {
      lastSign = sentNanos;
    }
  }

  synchronized long nanosSinceSign(long nowNanos) {
    return nowNanos - lastSign;
  }

  synchronized long nanosSinceUse(long nowNanos) {
    return nowNanos - lastUse;
  }

  /** Whether a write is under way. */
  synchronized boolean isBusy() {
    return underWay > 0;
  }

  /** Whether nobody needs its outcomes: nothing is under way or in doubt. */
  synchronized boolean isSettled() {
    return underWay == 0 && inDoubt == 0;
  }
}
