// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.RecordCursor;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.SessionState;
import io.kvorum.fsm.wire.TransactionId;
import io.kvorum.fsm.wire.TransactionState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a replica can tell of sessions and transactions, as far as it has applied the log: whoever
 * wants an answer that holds for the group confirms first that the replica has caught up. Any
 * thread.
 */
public final class StateReads {

  private StateReads() {}

  /**
   * What a request of a session would be answered if it were sent again.
   *
   * @return {@link Outcome.Duplicate} with its outcome; {@link Outcome.SessionUnknown} or {@link
   *     Outcome.SequenceForgotten} when that is not remembered; null when it was not carried out so
   *     far, and still can be
   */
  public static @Nullable Outcome outcomeOf(
      CheckpointableStore store, long session, long sequence) {
    // In this order: what was not carried out when the first is read, is not below the floor then.
    byte[] outcomes = store.getRecord(OutcomeTable.keyOf(session, sequence));
    byte[] record = store.getRecord(RecordKeys.session(session));
    SessionState state = record == null ? null : SessionState.decode(record);
    if (state == null || state.expireAt() <= store.lastCommitTs()) {
      return new Outcome.SessionUnknown();
    }
    return sequence < state.floor()
        ? new Outcome.SequenceForgotten(state.floor())
        : OutcomeTable.read(outcomes).get(sequence);
  }

  /**
   * When a session or a lock may expire next, or something finished may be forgotten: an entry of
   * that time or later sees to it. {@link Long#MAX_VALUE}: never.
   */
  public static long nextDue(CheckpointableStore store) {
    byte[] totals = store.getRecord(RecordKeys.totals());
    return totals == null ? Long.MAX_VALUE : Totals.nextDue(totals);
  }

  /**
   * Whether large values may be found, by an entry that asks for the watermark that is in force
   * already, that no read can see any more.
   */
  public static boolean isSweepDue(CheckpointableStore store) {
    long watermark = store.minRetainedTs();
    return watermark > 0
        && !store.scanRecords(RecordKeys.all(RecordKeys.LARGE_VERSION), 1).isEmpty()
        && LargeSweep.done(store.getRecord(RecordKeys.sweep())) < watermark;
  }

  /**
   * Opens the record of a finished upload, with its chunks behind it, all from one point in time.
   *
   * @param upload {@link io.kvorum.api.LargeReference#id}
   */
  public static RecordCursor openUpload(CheckpointableStore store, long upload) {
    return store.openRecords(RecordKeys.uploadWithChunks(upload));
  }

  /** The prepared transaction that will write the key if it commits; empty when none will. */
  public static Optional<TransactionId> writerOf(CheckpointableStore store, byte[] key) {
    byte[] lock = store.getRecord(RecordKeys.lock(RecordKeys.WRITE_LOCK, key));
    return lock == null ? Optional.empty() : Optional.of(RecordKeys.holder(lock, 0));
  }

  /** What is known of a transaction of two phases; empty: nothing, or nothing any more. */
  public static Optional<TransactionState> transaction(
      CheckpointableStore store, TransactionId id) {
    return Optional.ofNullable(store.getRecord(RecordKeys.transaction(id)))
        .map(TransactionState::decode);
  }
}
