// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.WriteConflictException;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out commands on one batch of the store. Pure: what it writes and answers depends on the
 * batch and the commands alone, so replicas that are fed the same log hold the same bytes. It reads
 * no clock, random source or environment, starts no thread and does no I/O of its own. One thread;
 * of no use once the batch has ended.
 *
 * <p>A refusal is an {@link Outcome}, and leaves the data as it was before that request. Anything
 * that the store throws besides its refusals is a failure of the replica and goes to the caller.
 */
public final class Interpreter {

  private final RaftBatch batch;
  private final Totals totals;
  private final DueRecords due;
  private final Transactions transactions;
  private final Validation validation;
  private final Sessions sessions;
  private final CommitRecords commits;
  private final Uploads uploads;
  private final LargeSweep sweep;

  /** For all commands that go into the batch: it keeps what it has looked up. */
  public Interpreter(RaftBatch batch) {
    this.batch = batch;
    this.totals = new Totals(batch);
    this.due = new DueRecords(batch, totals);
    Locks locks = new Locks(batch);
    this.commits = new CommitRecords(batch);
    this.transactions = new Transactions(batch, totals, locks, due, commits);
    this.validation = new Validation(batch, totals, locks, transactions);
    this.sessions = new Sessions(batch, totals, due);
    this.uploads = new Uploads(batch, totals, due, validation, commits);
    this.sweep = new LargeSweep(batch);
  }

  /**
   * Carries out all requests of the command, in order; one outcome for each.
   *
   * @param position of the entry that holds the command
   */
  public List<Outcome> interpret(LogPosition position, Command command) {
    long hint = command.clockHint();
    due.take(Math.max(batch.lastCommitTs(), hint), record -> lookAt(record, hint));
    List<Outcome> outcomes = new ArrayList<>(command.requests().size());
    for (Request request : command.requests()) {
      outcomes.add(interpret(position, request, hint));
    }
    sessions.write();
    commits.write();
    batch.advanceTo(hint); // time passes, whatever became of the requests
    return outcomes;
  }

  private void lookAt(byte[] record, long hint) {
    long now = Math.max(batch.lastCommitTs(), hint);
    if (record[0] == RecordKeys.SESSION) {
      sessions.due(RecordKeys.sessionOf(record), now);
    } else if (record[0] == RecordKeys.UPLOAD) {
      uploads.due(RecordKeys.uploadOf(record), now);
    } else {
      transactions.due(RecordKeys.transactionOf(record), now);
    }
  }

  private Outcome interpret(LogPosition position, Request request, long hint) {
    long last = batch.lastCommitTs();
    if (last == Long.MAX_VALUE) {
      return new Outcome.Invalid(
          "no commit timestamp is left: the last one is " + last + ", the highest there is");
    }
    long now = Math.max(last + 1, hint);
    try {
      return request instanceof Request.Once once
          ? sessions.once(once, position, now, () -> carryOut(once.request(), now))
          : carryOut(request, now);
    } catch (InvalidArgumentException e) {
      return new Outcome.Invalid(String.valueOf(e.getMessage()));
    }
  }

  /** A request without its session. */
  private Outcome carryOut(Request request, long now) {
    try {
      if (request instanceof Request.Write write) {
        return write(write, now);
      } else if (request instanceof Request.DeletePrefix delete) {
        return deletePrefix(delete, now);
      } else if (request instanceof Request.OnePhase onePhase) {
        return onePhase(onePhase, now);
      } else if (request instanceof Request.Prepare prepare) {
        return prepare(prepare, now);
      } else if (request instanceof Request.Commit commit) {
        return transactions.commit(commit.id(), now);
      } else if (request instanceof Request.Abort abort) {
        return transactions.abort(abort.id(), now);
      } else if (request instanceof Request.OpenSession open) {
        return sessions.open(open, now);
      } else if (request instanceof Request.KeepAlive keepAlive) {
        return sessions.keepAlive(keepAlive.session(), now);
      } else if (request instanceof Request.CloseSession close) {
        return sessions.close(close.session(), now);
      } else if (request instanceof Request.Watermark watermark) {
        return watermark(watermark.minRetainedTs(), now);
      } else if (request instanceof Request.Clock clock) {
        return clock(clock.atLeast(), now);
      } else if (request instanceof Request.Upload upload) {
        return uploads.add(upload, now);
      } else if (request instanceof Request.FinishUpload finish) {
        return uploads.finish(finish, now);
      } else if (request instanceof Request.AbortUpload abort) {
        return uploads.abort(abort.upload(), now);
      } else if (request instanceof Request.Fence) {
        return new Outcome.Fenced(); // as the outcome of its sequence it does what it is for
      }
      throw new IllegalArgumentException("a request inside another: " + request);
    } catch (InvalidArgumentException e) {
      return new Outcome.Invalid(String.valueOf(e.getMessage()));
    } catch (WriteConflictException e) {
      return new Outcome.Conflict(e.kind(), e.key());
    }
  }

  private Outcome write(Request.Write write, long now) {
    if (write.mutations().isEmpty()) {
      return new Outcome.Invalid("a write needs at least one mutation");
    }
    Outcome refusal = validation.ofWrites(write.mutations(), now);
    if (refusal == null) {
      // Nothing was read before, so the start is the commit itself: no version is newer.
      batch.applyMutationsRaft(write.mutations(), List.of(), now, now);
      commits.written(write.mutations(), now);
    }
    return refusal == null ? new Outcome.Committed(now) : refusal;
  }

  private Outcome deletePrefix(Request.DeletePrefix delete, long now) {
    byte @Nullable [] excluded = delete.excludePrefix();
    Outcome refusal = validation.ofDeletePrefix(delete.prefix(), excluded, now);
    if (refusal == null) {
      batch.deletePrefixAtRaft(delete.prefix(), excluded, now);
      commits.prefixDeleted(delete.prefix(), excluded, now);
    }
    return refusal == null ? new Outcome.Committed(now) : refusal;
  }

  private Outcome onePhase(Request.OnePhase onePhase, long now) {
    Outcome refusal = validation.ofTransaction(onePhase.transaction(), now);
    if (refusal == null) {
      List<Mutation> mutations = onePhase.transaction().mutations();
      batch.applyMutationsRaft(mutations, List.of(), now, now);
      if (!mutations.isEmpty()) {
        commits.written(mutations, now);
      }
      batch.advanceTo(now);
    }
    return refusal == null ? new Outcome.Committed(now) : refusal;
  }

  private Outcome prepare(Request.Prepare prepare, long now) {
    InterpreterLimits.between(
        prepare.lockMillis(), 0, InterpreterLimits.LOCK_MILLIS, "lockMillis of a prepare");
    Outcome known = transactions.known(prepare, now);
    if (known != null) {
      return known;
    }
    long oldest = LogTime.before(now, InterpreterLimits.TRANSACTION_AGE_MILLIS);
    if (prepare.transaction().startTs() < oldest) {
      return new Outcome.StartTooOld(oldest);
    }
    Outcome refusal = validation.ofTransaction(prepare.transaction(), now);
    if (refusal != null) {
      return refusal;
    }
    if (totals.prepared() >= InterpreterLimits.PREPARED_TRANSACTIONS) {
      return new Outcome.Invalid(
          totals.prepared() + " transactions are prepared, the limit; commit or abort one");
    }
    return transactions.prepare(prepare, now);
  }

  private Outcome watermark(long minRetainedTs, long now) {
    InterpreterLimits.between(minRetainedTs, 0, now - 1, "minRetainedTs");
    commits.trim(minRetainedTs);
    batch.setMinRetainedTs(minRetainedTs);
    sweep.step();
    batch.advanceTo(now);
    return new Outcome.Committed(now);
  }

  private Outcome clock(long atLeast, long now) {
    InterpreterLimits.between(atLeast, 0, Long.MAX_VALUE - 1, "atLeast");
    long then = Math.max(atLeast, now);
    batch.advanceTo(then);
    return new Outcome.Committed(then);
  }
}
