// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How far a submission has come: what is true of it at one moment, changed under one lock. Calls
 * nobody. Thread-safe.
 *
 * <p>Invariants: (1) at most one attempt is the current one, and none after it is settled; (2) it
 * is settled once; (3) it may be in a log only if the current attempt has begun or an earlier one
 * was left in doubt, and doubt is never taken back.
 */
final class Progress {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  // guarded by this
  private @Nullable Ticket ticket;
  private @Nullable Attempt current;
  private boolean begun; // the current attempt
  private boolean doubt; // an earlier attempt may be in a log
  private boolean settled;
  private String trouble = "the call has just begun";
  private long pauseNanos = FIRST_PAUSE_NANOS;

  // ---- the number ----------------------------------------------------------------------------

  synchronized @Nullable Ticket ticket() {
    return ticket;
  }

  /** Takes a number; false if it is settled and needs none any more. */
  synchronized boolean take(Ticket found) {
    if (settled) {
      return false;
    }
    ticket = found;
    return true;
  }

  /**
   * The session refused this attempt. Forgets number and attempt, if the attempt was the only one
   * that could have had an effect.
   *
   * @return whether it may go on with another number
   */
  synchronized boolean forgetNumber(Attempt attempt) {
    if (settled || doubt || current != attempt) {
      return false;
    }
    ticket = null;
    end();
    return true;
  }

  // ---- attempts ------------------------------------------------------------------------------

  /** Makes an attempt the current one; false if it is settled. */
  synchronized boolean next(Attempt attempt, boolean begins) {
    if (settled) {
      return false;
    }
    current = attempt;
    begun = begins;
    return true;
  }

  /** The attempt may be in a log from now on; false if it was given up. */
  synchronized boolean begin(Attempt attempt) {
    if (settled || current != attempt) {
      return false;
    }
    begun = true;
    return true;
  }

  /** The attempt has ended; false if it was given up before, and leads to nothing. */
  synchronized boolean end(Attempt attempt, boolean inDoubt) {
    if (current != attempt) {
      return false;
    }
    end();
    doubt |= inDoubt;
    return true;
  }

  /** Gives up the current attempt, in doubt, if it is at a replica that does not lead any more. */
  synchronized boolean leave(Optional<String> leader) {
    Attempt attempt = current;
    if (settled
        || attempt == null
        || leader.isEmpty()
        || attempt.leader().isEmpty()
        || leader.equals(attempt.leader())) {
      return false;
    }
    end();
    doubt = true;
    trouble = attempt.leader().get() + " was asked, and does not lead any more";
    return true;
  }

  private void end() {
    current = null;
    begun = false;
  }

  /** Notes why it has to wait; for how long. */
  synchronized long pauseFor(String why) {
    trouble = why;
    long pause = pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return pause;
  }

  /** Why it had to wait the last time. */
  synchronized String trouble() {
    return trouble;
  }

  // ---- the end -------------------------------------------------------------------------------

  synchronized boolean isSettled() {
    return settled;
  }

  synchronized boolean mayBeInLog() {
    return doubt || begun;
  }

  /** Settles it; false if it was so before. */
  synchronized boolean settle() {
    boolean first = !settled;
    settled = true;
    return first;
  }

  /** Settles it unless an earlier attempt may be in a log. */
  synchronized boolean settleUnlessInDoubt() {
    return !doubt && settle();
  }
}
