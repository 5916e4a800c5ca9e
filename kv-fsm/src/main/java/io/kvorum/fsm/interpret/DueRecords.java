// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.RaftBatch;
import java.util.List;

/**
 * What has to be looked at when time has come: sessions and locks that may have expired, finished
 * transactions that may be forgotten. A record that finds its object alive is thrown away by
 * whoever asked for it, or asked for again, so objects that are prolonged move nothing here.
 */
final class DueRecords {

  /** Most that one entry looks at: what is left waits for the next one. */
  static final int AT_ONCE = 16;

  private static final byte[] NOTHING = {};

  private final RaftBatch batch;
  private final Totals totals;

  DueRecords(RaftBatch batch, Totals totals) {
    this.batch = batch;
    this.totals = totals;
  }

  /** Asks for the record, of a session or a transaction, to be looked at. */
  void add(long dueTs, byte[] recordKey) {
    batch.putRecord(RecordKeys.due(dueTs, recordKey), NOTHING);
    totals.nextDue(Math.min(totals.nextDue(), dueTs));
  }

  /** Hands over what is due, oldest first, a bounded part of it. */
  void take(long now, Visitor visitor) {
    if (totals.nextDue() > now) {
      return;
    }
    List<KeyValue> next = batch.scanRecords(RecordKeys.all(RecordKeys.DUE), AT_ONCE);
    for (KeyValue due : next) {
      if (RecordKeys.dueTs(due.key()) <= now) {
        batch.deleteRecord(due.key());
        visitor.visit(RecordKeys.recordOfDue(due.key()));
      }
    }
    KeyRange all = RecordKeys.all(RecordKeys.DUE);
    List<KeyValue> left = batch.scanRecords(all, 1);
    totals.nextDue(left.isEmpty() ? Long.MAX_VALUE : RecordKeys.dueTs(left.get(0).key()));
  }

  /** Takes the key of a record that may have expired. */
  interface Visitor {
    void visit(byte[] recordKey);
  }
}
