// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.txn;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Walks a snapshot and a transaction's own writes side by side; an own write wins. */
final class MergedScan {

  private final MvccStore store;
  private final long readTs;

  MergedScan(MvccStore store, long readTs) {
    this.store = store;
    this.readTs = readTs;
  }

  /**
   * @param own the writes in the range
   */
  List<KeyValue> scan(KeyRange range, int limit, NavigableMap<byte[], Mutation> own) {
    List<KeyValue> found = new ArrayList<>();
    Iterator<Mutation> writes = own.values().iterator();
    Mutation write = next(writes);
    try (MvccCursor cursor = store.openCursor(range, readTs, false)) {
      boolean stored = cursor.next();
      while (found.size() < limit && (stored || write != null)) {
        int order = write == null ? -1 : stored ? compare(cursor, write) : 1;
        if (order < 0) {
          found.add(cursor.entry());
          stored = cursor.next();
        } else if (write != null) {
          byte[] value = visible(write, readTs);
          if (value != null) {
            found.add(new KeyValue(write.key().clone(), value.clone()));
          }
          stored = order == 0 ? cursor.next() : stored;
          write = next(writes);
        }
      }
    }
    return found;
  }

  /** The value that a write leaves for a read at this timestamp; null when none. Not copied. */
  static byte @Nullable [] visible(Mutation write, long readTs) {
    return write instanceof Mutation.Put put && (put.expireAt() == 0 || put.expireAt() > readTs)
        ? put.value()
        : null;
  }

  private static int compare(MvccCursor cursor, Mutation write) {
    return Arrays.compareUnsigned(cursor.key(), write.key());
  }

  private static @Nullable Mutation next(Iterator<Mutation> writes) {
    return writes.hasNext() ? writes.next() : null;
  }
}
