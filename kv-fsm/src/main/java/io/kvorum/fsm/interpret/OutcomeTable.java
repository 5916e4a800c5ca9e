// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Outcomes;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. A record for each outcome would be written once and deleted once for each
 * write, on each replica, beside the few records of the data. One record for a run of sequences is
 * written once an entry, which holds many under load, and deleted once. It holds nothing below the
 * floor when it is written, so that a lone writer's holds one or two outcomes, and a run that is not
 * written any more keeps what it has until the floor has passed all of it.
 */

/**
 * The outcomes that sessions remember, as records of {@value #RUN} sequences each: looked up once a
 * batch, written once an entry.
 */
final class OutcomeTable {

  /** Sequences that share a record: those with the same {@code sequence / RUN}. */
  static final long RUN = 32;

  private final RaftBatch batch;
  private final Map<Run, NavigableMap<Long, Outcome.Duplicate>> known = new HashMap<>();
  private final Set<Run> changed = new LinkedHashSet<>();

  OutcomeTable(RaftBatch batch) {
    this.batch = batch;
  }

  /** A run of sequences of a session. */
  private record Run(long session, long number) {

    static Run of(long session, long sequence) {
      return new Run(session, sequence / RUN);
    }

    byte[] key() {
      return RecordKeys.outcomes(session, number);
    }
  }

  /** The outcome of a sequence that is not below the floor; null when there is none. */
  Outcome.@Nullable Duplicate get(long session, long sequence) {
    return load(Run.of(session, sequence)).get(sequence);
  }

  /** Remembers an outcome; the batch holds it after {@link #write}. */
  void put(long session, long sequence, Outcome.Duplicate outcome) {
    Run run = Run.of(session, sequence);
    load(run).put(sequence, outcome);
    changed.add(run);
  }

  private NavigableMap<Long, Outcome.Duplicate> load(Run run) {
    return known.computeIfAbsent(run, missing -> read(batch.getRecord(missing.key())));
  }

  /** What the record of a run holds; some of it may be below the floor. */
  static NavigableMap<Long, Outcome.Duplicate> read(byte @Nullable [] record) {
    return record == null ? new TreeMap<>() : Outcomes.decode(record);
  }

  /** The key of the record that would hold the outcome of a sequence. */
  static byte[] keyOf(long session, long sequence) {
    return Run.of(session, sequence).key();
  }

  /**
   * Removes the runs that a floor has passed as a whole on its way from one sequence to another.
   */
  void forget(long session, long from, long to) {
    long first = from / RUN;
    long lastUsed = (from + InterpreterLimits.SESSION_WINDOW) / RUN;
    for (long number = first; number < to / RUN && number <= lastUsed; number++) {
      remove(new Run(session, number));
    }
  }

  /** Removes everything that a session remembers. */
  void forgetAll(long session) {
    KeyRange all =
        KeyRange.of(RecordKeys.outcomes(session, 0), RecordKeys.outcomes(session, Long.MAX_VALUE));
    for (KeyValue record : batch.scanRecords(all, InterpreterLimits.SESSION_WINDOW)) {
      batch.deleteRecord(record.key());
    }
    known.keySet().removeIf(run -> run.session == session);
    changed.removeIf(run -> run.session == session);
  }

  private void remove(Run run) {
    known.remove(run);
    changed.remove(run);
    batch.deleteRecord(run.key());
  }

  /** Tells the floor of a session that has outcomes. */
  interface Floors {
    long of(long session);
  }

  /** Puts into the batch what has changed since the last time, without what is below the floors. */
  void write(Floors floors) {
    for (Run run : changed) {
      NavigableMap<Long, Outcome.Duplicate> outcomes = load(run);
      outcomes.headMap(floors.of(run.session), false).clear();
      if (outcomes.isEmpty()) {
        batch.deleteRecord(run.key());
      } else {
        batch.putRecord(run.key(), Outcomes.encode(outcomes));
      }
    }
    changed.clear();
  }
}
