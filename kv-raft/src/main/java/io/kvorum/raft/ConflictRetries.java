// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.KeyLockedException;
import io.kvorum.api.KvException;
import io.kvorum.api.UnavailableException;
import io.kvorum.api.WriteConflictException;
import io.kvorum.raft.server.Deadline;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a transaction runs again, and when. Used for one transaction, by one thread at a
 * time.
 */
final class ConflictRetries {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

  private final Deadline deadline;
  private long pause = FIRST_PAUSE_NANOS;
  private @Nullable KvException conflict;

  ConflictRetries(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * How long to wait before the next run, in nanoseconds: a random time, so that those who met do
   * not meet again.
   *
   * @param why the run was not committed
   * @throws RuntimeException what the transaction ends with, if it is not run again
   */
  long pauseAfter(RuntimeException why) {
    KvException met = conflict(why);
    if (met == null) {
      throw atDeadline(why);
    }
    conflict = met;
    long nanos = ThreadLocalRandom.current().nextLong(pause / 2, pause);
    if (deadline.remainingNanos() <= nanos) {
      throw met;
    }
    pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    return nanos;
  }

  /**
   * What the transaction ends with when a run could not even begin, or was not proposed: if that is
   * because the deadline has passed, the conflict before says more.
   */
  RuntimeException atDeadline(RuntimeException why) {
    return why instanceof UnavailableException && conflict != null && deadline.hasPassed()
        ? conflict
        : why;
  }

  private static @Nullable KvException conflict(RuntimeException why) {
    if (why instanceof StartTooOldException old) {
      return old.forCaller();
    }
    return why instanceof WriteConflictException || why instanceof KeyLockedException
        ? (KvException) why
        : null;
  }
}
