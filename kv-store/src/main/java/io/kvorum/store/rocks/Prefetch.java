// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.store.codec.StoreKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest versions of keys before a batch needs them, many with each crossing into
 * RocksDB, which then looks them up together. Few with one crossing, since any value may be large.
 */
final class Prefetch {

  private static final int MOST_A_CROSSING = 16;
  private static final long CROSSING_BYTES = 1024 * 1024;

  private final Database db;
  private final PendingBatch batch;

  Prefetch(Database db, PendingBatch batch) {
    this.db = db;
    this.batch = batch;
  }

  /** Ends once {@code maxBytes} were read; the batch reads the rest when it needs it. */
  void read(List<byte[]> keys, long maxBytes) {
    long start = batch.approximateBytes();
    List<byte[]> missing = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      if (batch.approximateBytes() - start < maxBytes && !batch.knows(key)) {
        missing.add(key);
      }
    }
    int size = 1; // what the first key holds tells whether more can be asked for
    for (int from = 0; from < missing.size() && batch.approximateBytes() - start < maxBytes; ) {
      int to = Math.min(missing.size(), from + size);
      long before = batch.approximateBytes();
      readTogether(missing.subList(from, to));
      boolean small = batch.approximateBytes() - before < CROSSING_BYTES / 2;
      size = small ? Math.min(MOST_A_CROSSING, 2 * size) : 1;
      from = to;
    }
  }

  private void readTogether(List<byte[]> keys) {
    if (keys.size() == 1) {
      batch.newest(keys.get(0));
      return;
    }
    List<byte[]> newestKeys = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      newestKeys.add(StoreKeys.newest(key));
    }
    List<byte @Nullable []> found = db.multiGet(newestKeys);
    for (int i = 0; i < keys.size(); i++) {
      if (!batch.knows(keys.get(i))) { // it may stand in the list twice
        batch.admit(keys.get(i), found.get(i));
      }
    }
  }
}
