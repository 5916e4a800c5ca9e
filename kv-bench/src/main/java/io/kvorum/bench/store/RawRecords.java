// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.bench.store.raw.RawDatabase;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.VersionBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The records that the store writes for a group of puts, made without looking at the store. */
final class RawRecords {

  private final List<byte[]> keys = new ArrayList<>();
  private final List<byte[]> values = new ArrayList<>();

  private void add(byte[] key, byte[] value) {
    keys.add(key);
    values.add(value);
  }

  /** The newest version. */
  void newest(Mutation.Put put, long ts) {
    add(StoreKeys.newest(put.key()), VersionBytes.put(ts, put.value(), 0));
  }

  /** The versions that one commit makes older ones, and where they are found as garbage. */
  void older(List<Mutation.Put> puts, long ts) {
    List<byte[]> userKeys = new ArrayList<>(puts.size());
    for (Mutation.Put put : puts) {
      add(StoreKeys.history(put.key(), ts - 1), VersionBytes.put(ts - 1, put.value(), 0));
      userKeys.add(put.key());
    }
    add(StoreKeys.garbage(ts, ts), StoreRecords.encodeKeys(userKeys));
  }

  /** Writes them with the metadata of a group that ends at {@code lastTs}, as one batch. */
  void writeTo(RawDatabase db, long lastTs) throws IOException {
    add(StoreKeys.timestamps(), StoreRecords.encode(new StoreRecords.Timestamps(lastTs, 0)));
    add(StoreKeys.applied(), StoreRecords.encode(new LogPosition(1, lastTs)));
    db.write(keys, values);
  }
}
