// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreCorruptException;
import java.util.Optional;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/** The Ratis state machine over one store. */
public final class KvStateMachine extends BaseStateMachine {

  private final CheckpointableStore store;
  private final ReplicaListener listener;
  private final ApplyLimits limits;

  /** The store stays the caller's, who closes it after this. */
  public KvStateMachine(CheckpointableStore store, ReplicaListener listener, ApplyLimits limits) {
    this.store = store;
    this.listener = listener;
    this.limits = limits;
  }

  /** Why the state machine has stopped; empty while it has not. */
  public Optional<Throwable> failure() {
    return Optional.empty();
  }

  /**
   * Checks that the log holds every entry that neither the store nor a checkpoint does.
   *
   * @param firstLogIndex index of the first entry in the log, or of the one that would be next when
   *     the log is empty
   * @param applied what the store has applied
   * @param snapshotIndex index of the newest checkpoint; -1 when there is none
   * @throws StoreCorruptException if entries are missing in between
   */
  public static void checkNoGap(long firstLogIndex, LogPosition applied, long snapshotIndex) {
    long held = Math.max(applied.index(), snapshotIndex);
    if (firstLogIndex > held + 1) {
      throw new StoreCorruptException(
          "the Raft log begins at index "
              + firstLogIndex
              + ", but the store and its checkpoints end at index "
              + held
              + ": the entries in between are lost. Move this replica's data directory away and"
              + " start it again: it gets a copy from the other replicas",
          null);
    }
  }

  @Override
  public String toString() {
    return super.toString() + " " + store.appliedPosition() + limits + listener;
  }
}
