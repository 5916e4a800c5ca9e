// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.SessionState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of the sessions that a batch meets: looked up once a batch, written once an entry,
 * however many requests of a session they carry.
 */
final class SessionTable {

  private final RaftBatch batch;
  private final Map<Long, SessionState> known = new HashMap<>();
  private final Map<Long, SessionState> changed = new LinkedHashMap<>();

  SessionTable(RaftBatch batch) {
    this.batch = batch;
  }

  @Nullable SessionState get(long session) {
    SessionState state = known.get(session);
    if (state != null) {
      return state;
    }
    byte[] record = batch.getRecord(RecordKeys.session(session));
    if (record == null) {
      return null;
    }
    state = SessionState.decode(record);
    known.put(session, state);
    return state;
  }

  /** Changes a record; the batch holds it after {@link #write}. */
  void put(long session, SessionState state) {
    known.put(session, state);
    changed.put(session, state);
  }

  void remove(long session) {
    known.remove(session);
    changed.remove(session);
    batch.deleteRecord(RecordKeys.session(session));
  }

  /** Puts into the batch what has changed since the last time. */
  void write() {
    changed.forEach(
        (session, state) -> batch.putRecord(RecordKeys.session(session), state.encode()));
    changed.clear();
  }
}
