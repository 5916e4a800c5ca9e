// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.ConflictKind;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether what is asked for may happen now: conflicts with what was written, and locks. */
final class Validation {

  private final RaftBatch batch;
  private final Totals totals;
  private final Locks locks;
  private final Transactions transactions;

  Validation(RaftBatch batch, Totals totals, Locks locks, Transactions transactions) {
    this.batch = batch;
    this.totals = totals;
    this.locks = locks;
    this.transactions = transactions;
  }

  /** The refusal of writes that check nothing but locks; null: they may happen. */
  @Nullable Outcome ofWrites(List<Mutation> mutations, long now) {
    if (totals.prepared() == 0) {
      return null;
    }
    batch.checkMutationsRaft(mutations, List.of(), now, now);
    return lockOnWrites(mutations, now);
  }

  /** The refusal of a prefix delete; null: it may happen. */
  @Nullable Outcome ofDeletePrefix(byte[] prefix, byte @Nullable [] excluded, long now) {
    if (totals.prepared() == 0) {
      return null;
    }
    for (KeyRange range : Ranges.ofPrefix(prefix, excluded)) {
      Outcome locked = transactions.lockMet(() -> locks.onWriteRange(range), now);
      if (locked != null) {
        return locked;
      }
    }
    return null;
  }

  /**
   * The refusal of a transaction that would take effect now; null: everything it has read is as it
   * was at its start, and will stay so for as long as it takes.
   */
  @Nullable Outcome ofTransaction(Transaction transaction, long now) {
    InterpreterLimits.check(transaction);
    long startTs = transaction.startTs();
    if (startTs >= now) {
      throw new InvalidArgumentException(
          "startTs is "
              + startTs
              + ", time has only come to "
              + (now - 1)
              + "; a transaction starts at a timestamp that could be read");
    }
    if (startTs < batch.minRetainedTs()) {
      return new Outcome.StartTooOld(batch.minRetainedTs());
    }
    batch.checkMutationsRaft(transaction.mutations(), transaction.readKeys(), startTs, now);
    for (KeyRange range : transaction.readRanges()) {
      byte[] changed = batch.firstKeyChangedAfter(range, startTs, InterpreterLimits.RANGE_KEYS);
      if (changed != null) {
        return new Outcome.Conflict(ConflictKind.READ, changed);
      }
    }
    return totals.prepared() == 0 ? null : lockOn(transaction, now);
  }

  private @Nullable Outcome lockOn(Transaction transaction, long now) {
    Outcome locked = lockOnWrites(transaction.mutations(), now);
    if (locked != null) {
      return locked;
    }
    for (byte[] key : transaction.readKeys()) {
      locked = transactions.lockMet(() -> locks.onRead(key), now);
      if (locked != null) {
        return locked;
      }
    }
    for (KeyRange range : transaction.readRanges()) {
      locked = transactions.lockMet(() -> locks.onReadRange(range), now);
      if (locked != null) {
        return locked;
      }
    }
    return null;
  }

  private @Nullable Outcome lockOnWrites(List<Mutation> mutations, long now) {
    for (Mutation mutation : mutations) {
      Outcome locked = transactions.lockMet(() -> locks.onWrite(mutation.key()), now);
      if (locked != null) {
        return locked;
      }
    }
    return null;
  }
}
