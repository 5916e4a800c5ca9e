// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Outcomes;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.SessionState;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Exactly once: what became of the last requests of each session. */
final class Sessions {

  private final RaftBatch batch;
  private final Totals totals;
  private final DueRecords due;

  Sessions(RaftBatch batch, Totals totals, DueRecords due) {
    this.batch = batch;
    this.totals = totals;
    this.due = due;
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
    put(now, new SessionState(open.timeToLiveMillis(), expireAt, 0));
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
    prolong(session, state, state.highest(), now);
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
  Outcome once(Request.Once once, long now, Supplier<Outcome> request) {
    InterpreterLimits.between(once.sequence(), 1, Long.MAX_VALUE, "sequence of a request");
    SessionState state = stateAt(once.session(), now);
    if (state == null) {
      return new Outcome.SessionUnknown();
    }
    long oldest = oldest(state.highest());
    if (once.sequence() < oldest) {
      return new Outcome.SequenceForgotten(oldest);
    }
    byte[] key = RecordKeys.outcome(once.session(), once.sequence());
    byte[] earlier = batch.getRecord(key);
    if (earlier != null) {
      prolong(once.session(), state, state.highest(), now);
      return new Outcome.Duplicate(Outcomes.decode(earlier));
    }
    Outcome outcome = request.get();
    batch.putRecord(key, Outcomes.encode(outcome));
    long highest = Math.max(state.highest(), once.sequence());
    forget(once.session(), oldest, oldest(highest));
    prolong(once.session(), state, highest, now);
    return outcome;
  }

  /** Ends a session that has expired; asks again for one that was prolonged. */
  void due(long session, long now) {
    SessionState state = stateAt(session, now);
    if (state != null) {
      due.add(state.expireAt(), RecordKeys.session(session));
    }
  }

  /** The lowest sequence that is remembered. */
  static long oldest(long highest) {
    return Math.max(1, highest - InterpreterLimits.SESSION_WINDOW + 1);
  }

  /** What is known of a session; one that has expired is removed here and now. */
  private @Nullable SessionState stateAt(long session, long now) {
    byte[] record = batch.getRecord(RecordKeys.session(session));
    if (record == null) {
      return null;
    }
    SessionState state = SessionState.decode(record);
    if (state.expireAt() <= now) {
      remove(session);
      return null;
    }
    return state;
  }

  private void prolong(long session, SessionState state, long highest, long now) {
    long expireAt = LogTime.after(now, state.timeToLiveMillis());
    put(session, new SessionState(state.timeToLiveMillis(), expireAt, highest));
  }

  private void remove(long session) {
    forget(session, 0, Long.MAX_VALUE);
    batch.deleteRecord(RecordKeys.outcome(session, Long.MAX_VALUE));
    batch.deleteRecord(RecordKeys.session(session));
    totals.addSessions(-1);
  }

  /** Removes the outcomes from one sequence to before another: there are never many. */
  private void forget(long session, long from, long to) {
    if (from + 1 == to) { // the usual case, spared a search
      batch.deleteRecord(RecordKeys.outcome(session, from));
      return;
    }
    if (from >= to) {
      return;
    }
    KeyRange range =
        KeyRange.of(RecordKeys.outcome(session, from), RecordKeys.outcome(session, to));
    List<KeyValue> found = batch.scanRecords(range, Integer.MAX_VALUE);
    for (KeyValue outcome : found) {
      batch.deleteRecord(outcome.key());
    }
  }

  private void put(long session, SessionState state) {
    batch.putRecord(RecordKeys.session(session), state.encode());
  }
}
