// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.time.Duration;

/**
 * When a store in {@link SyncMode#NOWAL} writes its memory to disk: as soon as one of the bounds is
 * reached, beside reads and writes. The other modes do not use it.
 *
 * <p>What was applied since the last completed flush is lost in a crash, and replayed from the Raft
 * log at the next start. While one flush is running as much again may gather; then writers wait for
 * it. So a restart replays at most twice {@code maxEntries} and about twice {@code maxBytes}, and
 * one group of entries.
 *
 * <p>Example: {@link StoreOptions}.
 *
 * @param maxBytes bytes written since the last flush began, from 64 KiB. A flush makes one table
 *     file of about this size: small ones are merged again and again, large ones hold memory.
 * @param maxEntries log entries applied since the last flush began, 1 or more: they bound the time
 *     of a replay whose entries are small
 * @param maxAge how old the oldest write that is not on disk may become, 1 ms to 1 day: it bounds
 *     how long a quiet replica keeps its log
 */
public record FlushSchedule(long maxBytes, long maxEntries, Duration maxAge) {

  private static final long LOWEST_BYTES = 64L * 1024;
  private static final Duration LOWEST_AGE = Duration.ofMillis(1);
  private static final Duration HIGHEST_AGE = Duration.ofDays(1);

  /*
   * 32 MiB are about one memtable under the default memory budget: RocksDB would flush then anyway.
   * 100,000 small entries are applied in about a second. A
   * table file every 30 s is the most that a nearly idle store makes.
   */
  private static final FlushSchedule DEFAULTS =
      new FlushSchedule(32L * 1024 * 1024, 100_000, Duration.ofSeconds(30));

  public FlushSchedule {
    if (maxBytes < LOWEST_BYTES) {
      throw new InvalidArgumentException(
          "maxBytes of a flush schedule is "
              + maxBytes
              + ", at least "
              + LOWEST_BYTES
              + " is allowed");
    }
    if (maxEntries < 1) {
      throw new InvalidArgumentException(
          "maxEntries of a flush schedule is " + maxEntries + ", at least 1 is allowed");
    }
    if (maxAge.compareTo(LOWEST_AGE) < 0 || maxAge.compareTo(HIGHEST_AGE) > 0) {
      throw new InvalidArgumentException(
          "maxAge of a flush schedule is "
              + maxAge
              + ", allowed are "
              + LOWEST_AGE
              + " to "
              + HIGHEST_AGE);
    }
  }

  /** 32 MiB, 100,000 entries, 30 s. */
  public static FlushSchedule defaults() {
    return DEFAULTS;
  }
}
