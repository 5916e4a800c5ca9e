// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.UndoRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the versions that one write replaces into undo records: many into each, since a record costs
 * more than its bytes, but no more than a read of one of them likes to copy.
 */
final class UndoWriter {

  private static final int FULL_BYTES = 4_096;
  private static final int MOST_ENTRIES = 64;

  private final BatchRecords batch;
  private final long dueTs;
  private final List<UndoRecord.Entry> entries = new ArrayList<>();
  private long sequence;
  private int bytes;

  /**
   * @param dueTs no version of the write that replaces one is above it
   * @param sequence the database's: the write has more records than this makes, so the next one
   *     begins above them
   */
  UndoWriter(BatchRecords batch, long dueTs, long sequence) {
    this.batch = batch;
    this.dueTs = dueTs;
    this.sequence = sequence;
  }

  /** Returns where the version will stand. */
  UndoRef add(byte[] key, byte[] version) {
    UndoRecord.Entry entry = new UndoRecord.Entry(key, version);
    int more = UndoRecord.encodedLength(entry);
    if (entries.size() == MOST_ENTRIES || bytes + more > FULL_BYTES) {
      finish();
    }
    entries.add(entry);
    bytes += more;
    return new UndoRef(dueTs, sequence, entries.size() - 1);
  }

  /** Adds the last record to the write. */
  void finish() {
    if (!entries.isEmpty()) {
      batch.put(StoreKeys.undo(dueTs, sequence), UndoRecord.encode(entries));
      sequence++;
      entries.clear();
      bytes = 0;
    }
  }
}
