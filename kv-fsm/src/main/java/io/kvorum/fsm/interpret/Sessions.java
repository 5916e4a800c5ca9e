// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.SessionState;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Exactly once: what became of the last requests of each session. */
final class Sessions {

  private final RaftBatch batch;
  private final Totals totals;
  private final DueRecords due;
  private final SessionTable table;
  private final OutcomeTable outcomes;

  Sessions(RaftBatch batch, Totals totals, DueRecords due) {
    this.batch = batch;
    this.totals = totals;
    this.due = due;
    this.table = new SessionTable(batch);
    this.outcomes = new OutcomeTable(batch);
  }

  Outcome open(Request.OpenSession open, long now) {
    InterpreterLimits.between(
        open.timeToLiveMillis(),
        InterpreterLimits.MIN_SESSION_MILLIS,
        InterpreterLimits.MAX_SESSION_MILLIS,
        "timeToLiveMillis of a session");
    if (totals.sessions() >= InterpreterLimits.SESSIONS) {
      throw new InvalidArgumentException(
          totals.sessions() + " sessions are open, the limit; close one, or let one expire");
    }
    long expireAt = LogTime.after(now, open.timeToLiveMillis());
    table.put(now, new SessionState(open.timeToLiveMillis(), expireAt, 0, 1));
    totals.addSessions(1);
    due.add(expireAt, RecordKeys.session(now));
    batch.advanceTo(now);
    return new Outcome.Committed(now);
  }

  Outcome keepAlive(long session, long now) {
    SessionState state = stateAt(session, now);
    if (state == null) {
      return new Outcome.SessionUnknown();
    }
    prolong(session, state, state.highest(), state.floor(), now);
    batch.advanceTo(now);
    return new Outcome.Committed(now);
  }

  Outcome close(long session, long now) {
    if (stateAt(session, now) == null) {
      return new Outcome.SessionUnknown();
    }
    remove(session);
    batch.advanceTo(now);
    return new Outcome.Committed(now);
  }

  /** Carries a request out, unless the session had done so before. */
  Outcome once(Request.Once once, LogPosition position, long now, Supplier<Outcome> request) {
    long sequence = once.sequence();
    InterpreterLimits.between(sequence, 1, Long.MAX_VALUE, "sequence of a request");
    InterpreterLimits.between(once.acknowledgedBelow(), 0, sequence, "acknowledgedBelow");
    SessionState state = stateAt(once.session(), now);
    if (state == null) {
      return new Outcome.SessionUnknown();
    }
    if (sequence < state.floor()) {
      return new Outcome.SequenceForgotten(state.floor());
    }
    long floor = Math.max(state.floor(), once.acknowledgedBelow());
    if (sequence - floor >= InterpreterLimits.SESSION_WINDOW) {
      throw new InvalidArgumentException(
          "sequence of a request is "
              + sequence
              + ", and "
              + floor
              + " is not acknowledged: allowed are fewer than "
              + InterpreterLimits.SESSION_WINDOW
              + " in between");
    }
    outcomes.forget(once.session(), state.floor(), floor);
    long highest = Math.max(state.highest(), sequence);
    prolong(once.session(), state, highest, floor, now);
    // The usual case is a sequence that is higher than all before: spared a search.
    Outcome.Duplicate earlier =
        sequence > state.highest() ? null : outcomes.get(once.session(), sequence);
    if (earlier != null) {
      return earlier;
    }
    Outcome outcome = request.get();
    outcomes.put(once.session(), sequence, new Outcome.Duplicate(outcome, position));
    return outcome;
  }

  /** Ends a session that has expired; asks again for one that was prolonged. */
  void due(long session, long now) {
    SessionState state = stateAt(session, now);
    if (state != null) {
      due.add(state.expireAt(), RecordKeys.session(session));
    }
  }

  /** Puts into the batch what an entry has changed of the sessions themselves. */
  void write() {
    outcomes.write(session -> Objects.requireNonNull(table.get(session)).floor());
    table.write();
  }

  /** What is known of a session; one that has expired is removed here and now. */
  private @Nullable SessionState stateAt(long session, long now) {
    SessionState state = table.get(session);
    if (state != null && state.expireAt() <= now) {
      remove(session);
      return null;
    }
    return state;
  }

  private void prolong(long session, SessionState state, long highest, long floor, long now) {
    long expireAt = LogTime.after(now, state.timeToLiveMillis());
    table.put(session, new SessionState(state.timeToLiveMillis(), expireAt, highest, floor));
  }

  private void remove(long session) {
    outcomes.forgetAll(session);
    table.remove(session);
    totals.addSessions(-1);
  }
}
