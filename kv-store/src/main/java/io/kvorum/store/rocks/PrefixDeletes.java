// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.StoreKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Snapshot;

/*
 * Implementation notes. A prefix may cover more keys than a batch can hold. So the delete is written
 * first, as one small 'd' record (F4); from then on it is committed, and reads apply it on top. Then
 * its tombstones follow in bounded batches, and the last of them removes the record. A crash in
 * between leaves the record, and the next open goes on; writing a tombstone again finds the key dead
 * and does nothing.
 *
 * A reader may meet any moment in between, with some tombstones written and some not. So it pins a
 * RocksDB snapshot and takes the deletes to apply from the 'd' records of that same snapshot, which
 * is right by construction. The epoch, odd while a delete is under way, spares all of that when there
 * was none before and after the read, which is nearly always.
 */

/** The prefix deletes of one generation. Changed by the holder of the write mutex, read by all. */
final class PrefixDeletes {

  private static final int KEYS_PER_BATCH = 1_000;
  private static final long BYTES_PER_BATCH = 1024 * 1024;

  private final Database db;
  private final AtomicLong epoch = new AtomicLong();

  PrefixDeletes(Database db) {
    this.db = db;
  }

  /** A 'd' record and where it stands. */
  record Stored(byte[] recordKey, PrefixDelete delete) {}

  /** Odd while a delete may be under way. */
  long epoch() {
    return epoch.get();
  }

  /** To be called before a batch with prefix deletes is written. */
  void begin() {
    epoch.incrementAndGet();
  }

  /** Whether a delete may have been under way since the epoch was {@code before}. */
  boolean mayHaveRunSince(long before) {
    return before % 2 != 0 || epoch.get() != before;
  }

  /** The deletes to apply on top of a snapshot; {@code before} is the epoch before it was taken. */
  List<PrefixDelete> at(Snapshot snapshot, long before) {
    if (!mayHaveRunSince(before)) {
      return List.of();
    }
    return stored(snapshot).stream().map(Stored::delete).toList();
  }

  /** The records at a snapshot, or now, in the order in which their batch made them. */
  List<Stored> stored(@Nullable Snapshot snapshot) {
    List<Stored> stored = new ArrayList<>();
    try (RecordIterator records =
        db.records(snapshot, StoreKeys.prefixDeleteFirst(), StoreKeys.prefixDeleteLast())) {
      for (boolean more = records.first(); more; more = records.next()) {
        byte[] key = records.key();
        long commitTs = StoreKeys.prefixDeleteTs(key);
        stored.add(new Stored(key, PrefixDelete.decode(commitTs, records.value())));
      }
    }
    // They are all of one batch: the next one is written after these are finished.
    stored.sort(Comparator.comparing(one -> StoreKeys.prefixDeleteOrdinal(one.recordKey())));
    return stored;
  }

  /** Writes the tombstones of all these deletes, in order, and removes their records. */
  void finish(List<Stored> deletes, Engine engine) {
    if (deletes.isEmpty()) {
      return;
    }
    for (Stored stored : deletes) {
      writeTombstones(stored.delete(), engine);
    }
    List<byte[]> records = deletes.stream().map(Stored::recordKey).toList();
    engine.writeRepeatable(engine.begin(), records);
    if (epoch.get() % 2 != 0) {
      epoch.incrementAndGet();
    }
  }

  private void writeTombstones(PrefixDelete delete, Engine engine) {
    byte[] from = StoreKeys.newestFrom(delete.prefix());
    byte[] to = StoreKeys.newestTo(KeyRange.prefix(delete.prefix()).end());
    try (RecordIterator newest = db.records(from, to)) {
      PendingBatch batch = engine.begin();
      int keys = 0;
      for (boolean more = newest.first(); more; more = newest.next()) {
        batch.apply(delete, StoreKeys.userKeyOfNewest(newest.key()));
        if (++keys >= KEYS_PER_BATCH || batch.approximateBytes() >= BYTES_PER_BATCH) {
          engine.writeRepeatable(batch, List.of());
          batch = engine.begin();
          keys = 0;
        }
      }
      engine.writeRepeatable(batch, List.of());
    }
  }
}
