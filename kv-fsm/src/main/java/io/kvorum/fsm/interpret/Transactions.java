// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.TransactionId;
import io.kvorum.fsm.wire.TransactionState;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of two phases: what is known of each, and what ends them. A prepared one whose
 * time has come is aborted by whoever meets it first: the requests that ask for it, those that meet
 * one of its locks, and {@link DueRecords}.
 */
final class Transactions {

  private final RaftBatch batch;
  private final Totals totals;
  private final Locks locks;
  private final DueRecords due;
  private final CommitRecords commits;

  Transactions(RaftBatch batch, Totals totals, Locks locks, DueRecords due, CommitRecords commits) {
    this.batch = batch;
    this.totals = totals;
    this.locks = locks;
    this.due = due;
    this.commits = commits;
  }

  // ---- requests ------------------------------------------------------------------------------

  /** What a prepare ends with because of what the transaction is already; null: it is new. */
  @Nullable Outcome known(Request.Prepare prepare, long now) {
    TransactionState state = stateAt(prepare.id(), now);
    if (state instanceof TransactionState.Prepared prepared) {
      return prepared.prepare().equals(prepare)
          ? new Outcome.Prepared(prepared.preparedTs())
          : new Outcome.Invalid(
              "transaction " + prepare.id() + " is prepared already, with another content");
    }
    return state == null ? null : finished(state);
  }

  /** Takes the locks of a transaction that has passed every check. */
  Outcome prepare(Request.Prepare prepare, long now) {
    long expireAt = prepare.lockMillis() == 0 ? 0 : LogTime.after(now, prepare.lockMillis());
    locks.lock(prepare);
    put(prepare.id(), new TransactionState.Prepared(now, expireAt, prepare));
    totals.addPrepared(1);
    if (expireAt != 0) {
      due.add(expireAt, RecordKeys.transaction(prepare.id()));
    }
    batch.advanceTo(now);
    return new Outcome.Prepared(now);
  }

  Outcome commit(TransactionId id, long now) {
    TransactionState state = stateAt(id, now);
    if (state == null) {
      return new Outcome.NotPrepared();
    }
    if (!(state instanceof TransactionState.Prepared prepared)) {
      return finished(state);
    }
    // Its locks have kept everything as it was when it was prepared, so no conflict is possible.
    List<Mutation> mutations = prepared.prepare().transaction().mutations();
    batch.applyMutationsRaft(mutations, List.of(), now, now);
    if (!mutations.isEmpty()) {
      commits.written(mutations, now);
    }
    batch.advanceTo(now);
    finish(prepared, new TransactionState.Committed(now));
    return new Outcome.Committed(now);
  }

  Outcome abort(TransactionId id, long now) {
    TransactionState state = stateAt(id, now);
    if (state instanceof TransactionState.Prepared prepared) {
      finish(prepared, new TransactionState.Aborted(now));
    } else if (state == null) {
      remember(id, new TransactionState.Aborted(now));
    } else {
      return finished(state);
    }
    batch.advanceTo(now);
    return new Outcome.Aborted(now);
  }

  // ---- locks that are met --------------------------------------------------------------------

  /** The first lock that is met and whose holder may still commit; null when there is none. */
  @Nullable Outcome lockMet(Supplier<Locks.@Nullable Met> meet, long now) {
    int prepared = totals.prepared();
    for (Locks.Met met = meet.get(); met != null; met = meet.get()) {
      if (stateAt(met.holder(), now) instanceof TransactionState.Prepared) {
        return new Outcome.Locked(met.key(), met.holder());
      }
      if (totals.prepared() != --prepared) { // it must have ended here, and given its locks back
        throw new StoreCorruptException(
            "a lock of transaction " + met.holder() + " stands, but it is not prepared", null);
      }
    }
    return null;
  }

  // ---- time ----------------------------------------------------------------------------------

  /** Ends or forgets a transaction that is due. */
  void due(TransactionId id, long now) {
    stateAt(id, now);
  }

  /**
   * What is known of a transaction. Time has its effect here: one that has expired is aborted, as
   * of its expiry, and one that was finished long ago is forgotten.
   */
  private @Nullable TransactionState stateAt(TransactionId id, long now) {
    byte[] record = batch.getRecord(RecordKeys.transaction(id));
    if (record == null) {
      return null;
    }
    TransactionState state = TransactionState.decode(record);
    if (state instanceof TransactionState.Prepared prepared && prepared.isExpiredAt(now)) {
      state = new TransactionState.Aborted(prepared.expireAt());
      finish(prepared, state);
    }
    if (!(state instanceof TransactionState.Prepared) && forgetAt(state) <= now) {
      batch.deleteRecord(RecordKeys.transaction(id));
      return null;
    }
    return state;
  }

  private void finish(TransactionState.Prepared prepared, TransactionState end) {
    locks.unlock(prepared.prepare());
    totals.addPrepared(-1);
    remember(prepared.prepare().id(), end);
  }

  private void remember(TransactionId id, TransactionState end) {
    put(id, end);
    due.add(forgetAt(end), RecordKeys.transaction(id));
  }

  private static long forgetAt(TransactionState end) {
    long ts =
        end instanceof TransactionState.Committed committed
            ? committed.commitTs()
            : ((TransactionState.Aborted) end).abortedTs();
    return LogTime.after(ts, InterpreterLimits.FINISHED_MILLIS);
  }

  private void put(TransactionId id, TransactionState state) {
    batch.putRecord(RecordKeys.transaction(id), TransactionState.encode(state));
  }

  private static Outcome finished(TransactionState state) {
    return state instanceof TransactionState.Committed committed
        ? new Outcome.AlreadyCommitted(committed.commitTs())
        : new Outcome.AlreadyAborted();
  }
}
