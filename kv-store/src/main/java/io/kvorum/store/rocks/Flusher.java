// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.FlushSchedule;
import io.kvorum.api.StoreFailedException;
import java.util.concurrent.TimeUnit;

/**
 * Flushes the unlogged writes of one generation in nowal mode, on its own thread, when the schedule
 * says so. One writer at a time reports what it wrote.
 *
 * <p>Invariants: (1) while a flush runs, at most one schedule's worth and one batch gathers beside
 * it: then the writer waits; (2) after the first flush that fails nothing is flushed any more; (3)
 * nothing is flushed after {@link #close}.
 */
final class Flusher implements AutoCloseable {

  /*
   * Implementation notes. The counters are cleared when a flush begins, so a write that reaches the
   * memtable before RocksDB switches it is counted for the next flush although this one takes it:
   * they are never too low. RocksDB may flush on its own as well, when a memtable is full; nothing
   * here needs to know, since the durable position is read from the table files.
   */

  private static final long LONGEST_FLUSH_SECONDS = 120;

  private final FlushSchedule schedule;
  private final FailStop failStop;
  private final Runnable flush;
  private final Thread thread;

  // Guarded by this.
  private long bytes; // written since the last flush began
  private long entries;
  private long oldestNanos; // of those, when bytes is not 0
  private boolean flushing;
  private boolean closed;

  /**
   * @param flush makes everything durable that was written before; throws what the fail-stop keeps
   */
  Flusher(String name, FlushSchedule schedule, FailStop failStop, Runnable flush) {
    this.schedule = schedule;
    this.failStop = failStop;
    this.flush = flush;
    this.thread = new Thread(this::run, "kvorum-flush-" + name);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Waits while a flush runs and as much has gathered beside it as one flush may hold.
   *
   * @throws StoreFailedException if the flush has failed, or takes longer than it may
   */
  synchronized void awaitRoom() {
    failStop.check();
    if (!flushing || !isFull()) {
      return;
    }
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_FLUSH_SECONDS);
    while (flushing && isFull() && !closed) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw failStop.fail(
            new StoreFailedException(
                "a flush has not ended within " + LONGEST_FLUSH_SECONDS + " s: the disk hangs",
                null));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        interrupted = true; // a write is not given up half way; the caller sees the flag
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    failStop.check();
  }

  /** Counts a write that only the memtable has. */
  synchronized void wrote(long moreBytes, long moreEntries) {
    if (bytes == 0) {
      oldestNanos = System.nanoTime();
      notifyAll(); // the age runs from now on
    }
    bytes += moreBytes;
    entries += moreEntries;
    if (isFull()) {
      notifyAll();
    }
  }

  private boolean isFull() {
    return bytes >= schedule.maxBytes() || entries >= schedule.maxEntries();
  }

  private void run() {
    while (awaitDue()) {
      try {
        flush.run();
      } catch (StoreFailedException e) {
        stop(); // the fail-stop has kept it and has told the owner
      } catch (RuntimeException | Error e) {
        StoreFailedException unused =
            failStop.fail(new StoreFailedException("flushing failed: " + e, e));
        stop();
      }
      ended();
    }
  }

  /** False when it is over; otherwise a flush has begun. */
  private synchronized boolean awaitDue() {
    while (!closed) {
      long left = bytes == 0 ? Long.MAX_VALUE : remainingMillis();
      if (left <= 0 || isFull()) {
        bytes = 0;
        entries = 0;
        flushing = true;
        return true;
      }
      try {
        wait(left == Long.MAX_VALUE ? 0 : left);
      } catch (InterruptedException e) {
        StoreFailedException unused =
            failStop.fail(new StoreFailedException("the flush thread was interrupted", e));
        closed = true;
      }
    }
    return false;
  }

  /** Until the oldest write is too old, rounded up; 0 when it is. */
  private long remainingMillis() {
    long left = schedule.maxAge().toNanos() - (System.nanoTime() - oldestNanos);
    return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
  }

  private synchronized void ended() {
    flushing = false;
    notifyAll();
  }

  private synchronized void stop() {
    closed = true;
    notifyAll();
  }

  /**
   * Ends it; a flush that runs is finished first.
   *
   * @throws StoreFailedException if it does not end: the database must stay open then
   */
  @Override
  public void close() {
    stop();
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_FLUSH_SECONDS);
    while (thread.isAlive() && System.nanoTime() - deadline < 0) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw failStop.fail(
          new StoreFailedException(
              "a flush has not ended within "
                  + LONGEST_FLUSH_SECONDS
                  + " s; the store stays open until the process ends",
              null));
    }
  }
}
