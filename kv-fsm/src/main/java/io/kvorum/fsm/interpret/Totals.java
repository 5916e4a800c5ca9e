// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.RaftBatch;
import java.nio.ByteBuffer;

/**
 * How many sessions, prepared transactions and open uploads there are, and when something is due
 * next: what tells a plain write, with one lookup for a whole group of entries, that it has nothing
 * to look for.
 */
final class Totals {

  private final RaftBatch batch;
  private int sessions;
  private int prepared;
  private int uploads;
  private long nextDue = Long.MAX_VALUE;

  Totals(RaftBatch batch) {
    this.batch = batch;
    byte[] value = batch.getRecord(RecordKeys.totals());
    if (value != null) {
      ByteBuffer bytes = ByteBuffer.wrap(value);
      sessions = bytes.getInt();
      prepared = bytes.getInt();
      nextDue = bytes.getLong();
      uploads = bytes.getInt();
    }
  }

  int sessions() {
    return sessions;
  }

  int prepared() {
    return prepared;
  }

  int uploads() {
    return uploads;
  }

  /** Nothing is due before this timestamp. */
  long nextDue() {
    return nextDue;
  }

  void addSessions(int change) {
    sessions += change;
    write();
  }

  void addPrepared(int change) {
    prepared += change;
    write();
  }

  void addUploads(int change) {
    uploads += change;
    write();
  }

  void nextDue(long ts) {
    if (ts != nextDue) {
      nextDue = ts;
      write();
    }
  }

  /** {@link #nextDue()} of a stored record. */
  static long nextDue(byte[] record) {
    return ByteBuffer.wrap(record).getLong(2 * Integer.BYTES);
  }

  private void write() {
    batch.putRecord(
        RecordKeys.totals(),
        ByteBuffer.allocate(3 * Integer.BYTES + Long.BYTES)
            .putInt(sessions)
            .putInt(prepared)
            .putLong(nextDue)
            .putInt(uploads)
            .array());
  }
}
