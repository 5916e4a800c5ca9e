// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.bench.store.raw.RawDatabase;
import io.kvorum.store.codec.Link;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The records that the store writes for a group of puts, made without looking at the store. */
final class RawRecords {

  /** As many as the store puts into one record, of this size. */
  private static final int REPLACED_A_RECORD = 30;

  private final List<UndoRecord.Entry> replaced = new ArrayList<>();
  private int undoRecords;
  private final List<byte[]> keys = new ArrayList<>();
  private final List<byte[]> values = new ArrayList<>();

  private void add(byte[] key, byte[] value) {
    keys.add(key);
    values.add(value);
  }

  /** The newest version of a key that had none. */
  void newest(Mutation.Put put, long ts) {
    add(StoreKeys.newest(put.key()), VersionBytes.put(ts, put.value(), 0));
  }

  /** The newest version of a key that had one, which goes into an undo record. */
  void replacing(Mutation.Put put, long ts) {
    byte[] older = VersionBytes.put(ts - 1, put.value(), 0);
    Link link = Link.NONE.next(new UndoRef(ts, undoRecords, replaced.size()));
    byte[] newest = VersionBytes.put(ts, put.value(), 0);
    add(StoreKeys.newest(put.key()), VersionBytes.stored(newest, link, false));
    replaced.add(new UndoRecord.Entry(put.key(), older));
    if (replaced.size() == REPLACED_A_RECORD) {
      addUndo(ts);
    }
  }

  /** The replaced versions so far, as one record. */
  private void addUndo(long ts) {
    if (!replaced.isEmpty()) {
      add(StoreKeys.undo(ts, undoRecords++), UndoRecord.encode(replaced));
      replaced.clear();
    }
  }

  /** Writes them with the metadata of a group that ends at {@code lastTs}, as one batch. */
  void writeTo(RawDatabase db, long lastTs) throws IOException {
    addUndo(lastTs);
    add(StoreKeys.timestamps(), StoreRecords.encode(new StoreRecords.Timestamps(lastTs, 0)));
    add(StoreKeys.applied(), StoreRecords.encode(new LogPosition(1, lastTs)));
    db.write(keys, values);
  }
}
