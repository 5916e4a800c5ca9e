// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreCorruptException;

/**
 * Which entries a replica's Raft log holds when it starts.
 *
 * @param first index of the first entry; -1 when there is no log
 * @param last index of the last entry, {@code first - 1} when there is none; -1 when there is no
 *     log
 */
public record LogRange(long first, long last) {

  /** There is no log: the replica is new, or its log is gone. */
  public static final LogRange NONE = new LogRange(-1, -1);

  private static final String ADVICE =
      " Move this replica's data directory away and start it again: it gets a copy from the other"
          + " replicas";

  /**
   * Checks that log, checkpoint and store fit together: Ratis walks the log from the newest
   * checkpoint on, so the log must go on there; and what the store has applied was in the log,
   * synced, so the log must still reach it. If it did not, new entries would get indexes that the
   * store takes for applied, and would be skipped.
   *
   * @param snapshotIndex index of the newest checkpoint; -1 when there is none
   * @throws StoreCorruptException if entries are missing
   */
  void check(LogPosition applied, long snapshotIndex) {
    if (first > snapshotIndex + 1) {
      throw new StoreCorruptException(
          "the Raft log begins at index "
              + first
              + ", but the newest checkpoint ends at index "
              + snapshotIndex
              + ": the entries in between are lost."
              + ADVICE,
          null);
    }
    if (Math.max(last, snapshotIndex) < applied.index()) {
      throw new StoreCorruptException(
          "the Raft log ends at index "
              + Math.max(last, snapshotIndex)
              + ", but the store has applied entries up to index "
              + applied.index()
              + ": the end of the log is lost."
              + ADVICE,
          null);
    }
  }
}
