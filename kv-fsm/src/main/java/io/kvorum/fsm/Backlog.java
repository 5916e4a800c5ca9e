// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.ratis.statemachine.StateMachine;

/**
 * The entries that this replica has appended for a leader and has not applied yet. Ratis keeps each
 * of them on the heap until it is applied, and has no bound on how many there are. So while those
 * that could be applied hold too many bytes, the log's writer is held back before its next fsync:
 * the leader gets its answer later, and sends less.
 *
 * <p>A replica whose applying goes on keeps to the bound that way. One whose applying stands still
 * is not held back, but for a moment: its log must go on, and what stands still has other causes.
 * Nor is one that could not apply anything, or for longer than the longest wait. A leader's own
 * proposals do not count; they have a bound of their own.
 *
 * <p>Thread-safe. {@link #flush} is called by the log's writer, {@link #truncate} and {@link
 * #appended} by Ratis under the log's lock, {@link #applied} by the apply thread.
 */
final class Backlog implements StateMachine.DataApi {

  private final long maxBytes;
  private final LongSupplier committed;
  private final long maxWaitMillis;
  private final long standstillMillis;

  // Guarded by this.
  private final NavigableMap<Long, Long> entries = new TreeMap<>(); // their bytes, by index
  private long bytes;
  private boolean closed;

  /**
   * @param maxBytes of entries that could be applied, above which the log's writer is held back
   * @param committed index of the last entry that could be applied; -1 when that is not known
   * @param maxWaitMillis for one fsync of the log
   * @param standstillMillis after so long without anything applied, one does not wait
   */
  Backlog(long maxBytes, LongSupplier committed, long maxWaitMillis, long standstillMillis) {
    this.maxBytes = maxBytes;
    this.committed = committed;
    this.maxWaitMillis = maxWaitMillis;
    this.standstillMillis = standstillMillis;
  }

  /** An entry is appended. */
  synchronized void appended(long index, long entryBytes) {
    Long before = entries.put(index, entryBytes);
    bytes += entryBytes - (before == null ? 0 : before);
  }

  /** Everything up to this index is applied. */
  synchronized void applied(long index) {
    remove(entries.headMap(index, true));
  }

  /** What was appended from this index on is not in the log any more. */
  @Override
  public synchronized CompletableFuture<Void> truncate(long index) {
    remove(entries.tailMap(index, true));
    return CompletableFuture.completedFuture(null);
  }

  private void remove(Map<Long, Long> part) {
    for (long each : part.values()) {
      bytes -= each;
    }
    part.clear();
    notifyAll();
  }

  /** Waits, before the log is fsynced, as the class says. */
  @Override
  public synchronized CompletableFuture<Void> flush(long index) {
    long begin = System.nanoTime();
    long progress = begin;
    long before = bytes;
    try {
      while (isTooMuch()) {
        long left =
            Math.min(maxWaitMillis - millisSince(begin), standstillMillis - millisSince(progress));
        if (left <= 0) {
          break;
        }
        wait(left);
        progress = bytes < before ? System.nanoTime() : progress;
        before = bytes;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // for whoever interrupts the log's writer
    }
    return CompletableFuture.completedFuture(null);
  }

  private static long millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  private boolean isTooMuch() {
    return !closed
        && bytes > maxBytes
        && !entries.isEmpty()
        && entries.firstKey() <= committed.getAsLong();
  }

  /** Nothing is held back any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
