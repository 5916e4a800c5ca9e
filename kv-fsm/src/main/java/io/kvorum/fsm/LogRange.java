// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreCorruptException;
import org.apache.ratis.server.protocol.TermIndex;

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
      ". What is lost is on the other replicas: while all of them run, move this replica's data"
          + " directory away and start it again; it gets a copy. A group of one replica has nothing"
          + " else: restore a backup";

  /**
   * Checks that log, checkpoint and store fit together. The log must go on where the durable state
   * ends, the newest checkpoint's or the store's: what lies between is applied nowhere. And it must
   * still reach what the store has applied, which was in the log, synced: if it did not, new
   * entries would get indexes that the store takes for applied, and would be skipped.
   *
   * @param applied what the store has applied
   * @param durable up to where the store would still have it after a power loss
   * @param snapshotIndex index of the newest checkpoint; -1 when there is none
   * @throws StoreCorruptException if entries are missing, naming them
   */
  void check(LogPosition applied, LogPosition durable, long snapshotIndex) {
    long held = Math.max(durable.index(), snapshotIndex);
    if (first > held + 1) {
      throw lost(
          "the Raft log begins at index "
              + first
              + ", but the newest checkpoint ends at index "
              + snapshotIndex
              + " and the store at index "
              + durable.index()
              + ": the entries "
              + (held + 1)
              + " to "
              + (first - 1)
              + " are lost");
    }
    long end = Math.max(last, snapshotIndex);
    if (end < applied.index()) {
      throw lost(
          "the Raft log ends at index "
              + end
              + ", but the store has applied entries up to index "
              + applied.index()
              + ": the end of the log is lost, at least the entries "
              + (end + 1)
              + " to "
              + applied.index());
    }
  }

  /** Whether it holds entries, and none that a checkpoint up to this one lacks, nor its last. */
  boolean endsBefore(TermIndex checkpoint) {
    return last >= first && first >= 0 && last < checkpoint.getIndex();
  }

  private static StoreCorruptException lost(String what) {
    return new StoreCorruptException(what + ADVICE, null);
  }

  /**
   * What a start does with the log, as a sentence.
   *
   * @param begin where Ratis's walk over the log begins: behind this entry
   */
  String plan(LogPosition applied, TermIndex begin) {
    long next = applied.index() + 1;
    String replay =
        last < next
            ? "the store holds the whole log, up to entry " + applied.index()
            : "replaying entries " + next + ".." + last + " as far as they are committed";
    long skipped = Math.min(applied.index(), last) - begin.getIndex();
    return skipped <= 0
        ? replay
        : replay
            + "; passing over "
            + skipped
            + " that it has applied, from "
            + (begin.getIndex() + 1);
  }
}
