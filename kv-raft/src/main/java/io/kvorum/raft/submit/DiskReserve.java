// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.DiskFullException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a part of the disk free: while less than the reserve is left, what would be written is
 * refused, before anything of it is. Reads of the store do not ask. Thread-safe.
 */
public final class DiskReserve {

  /*
   * Implementation notes. A write that meets a full disk is a failure: the replica stops, because
   * nobody knows how much of it arrived. So the refusal must come before, while there is still room
   * for all that was accepted already, and for what is written without being asked: table files,
   * log segments, a checkpoint. The free space is read by the callers themselves, one of them every
   * 50 ms; what the others write meanwhile is bounded by what may be in flight. No thread, no
   * state to resume: the next reading that finds room lets writes pass again.
   */

  private static final long READING_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);
  private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);

  // Immutable after construction.
  private final String node;
  private final long reserveBytes;
  private final LongSupplier freeBytes;

  private final AtomicLong nextReading;
  private volatile long free;
  private volatile boolean low;

  /**
   * @param node as it stands in the log
   * @param reserveBytes what must be left
   * @param freeBytes tells what is left; 0 when that is not known
   */
  public DiskReserve(String node, long reserveBytes, LongSupplier freeBytes) {
    this.node = node;
    this.reserveBytes = reserveBytes;
    this.freeBytes = freeBytes;
    this.nextReading = new AtomicLong(System.nanoTime() + READING_NANOS);
    read();
  }

  /**
   * Asks for room for one more write.
   *
   * @throws DiskFullException if less than the reserve is left
   */
  public void check() {
    long now = System.nanoTime();
    long next = nextReading.get();
    if (now - next >= 0 && nextReading.compareAndSet(next, now + READING_NANOS)) {
      read();
    }
    if (low) {
      throw new DiskFullException(
          "the disk of replica "
              + node
              + " has "
              + free
              + " bytes left, "
              + reserveBytes
              + " are kept in reserve; free space: it takes writes again by itself",
          RETRY_AFTER);
    }
  }

  private void read() {
    long found = freeBytes.getAsLong();
    boolean wasLow = low;
    free = found;
    low = found < reserveBytes;
    if (low && !wasLow) {
      LOG.warn(
          "{}: {} bytes are left on the disk, {} are kept in reserve: writes are refused",
          node,
          found,
          reserveBytes);
    } else if (wasLow && !low) {
      LOG.info("{}: {} bytes are left on the disk: writes are taken again", node, found);
    }
  }

  /** What the newest reading found, in bytes; at most as old as the newest write. */
  public long freeBytes() {
    return free;
  }

  /** Whether the newest reading found less than the reserve. */
  public boolean isLow() {
    return low;
  }
}
