// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

/**
 * How much of the log was handed over since the newest checkpoint. One thread, that which hands
 * entries over.
 */
final class LogGrowth {

  /* One that could not be taken is tried again after this part of the schedule. */
  private static final int PARTS = 8;

  private final CheckpointSchedule schedule;
  private long entries;
  private long bytes;
  private long entriesDue;
  private long bytesDue;

  LogGrowth(CheckpointSchedule schedule) {
    this.schedule = schedule;
    restart();
  }

  /** Counts an entry. */
  void add(long entryBytes) {
    entries++;
    bytes += entryBytes;
  }

  /** Whether it is time for a checkpoint. */
  boolean isDue() {
    return entries >= entriesDue || bytes >= bytesDue;
  }

  /** A checkpoint holds all that was counted. */
  void restart() {
    entries = 0;
    bytes = 0;
    entriesDue = schedule.entries();
    bytesDue = schedule.bytes();
  }

  /** None could be taken: it is due again when some more was counted. */
  void postpone() {
    entriesDue = later(entries, schedule.entries());
    bytesDue = later(bytes, schedule.bytes());
  }

  private static long later(long count, long due) {
    long part = Math.max(1, due / PARTS);
    return count > Long.MAX_VALUE - part ? Long.MAX_VALUE : count + part;
  }
}
