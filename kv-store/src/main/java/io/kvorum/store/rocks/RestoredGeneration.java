// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.LargeReference;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.VersionBytes;
import io.kvorum.store.snapshot.SnapshotHeader;
import io.kvorum.store.snapshot.SnapshotReader;
import io.kvorum.store.snapshot.StateRecord;
import io.kvorum.store.snapshot.StreamRecord;
import io.kvorum.store.snapshot.VersionRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Fills an empty database from a snapshot stream, in bounded batches, garbage index included. */
final class RestoredGeneration {

  private static final int RECORDS_PER_BATCH = 4_096;
  private static final long BYTES_PER_BATCH = 4L * 1024 * 1024;

  private final Database db;
  private final NavigableMap<Long, List<byte[]>> garbage = new TreeMap<>();
  private int records;

  /** Of the key under way, until an older version of it has come. */
  private byte @Nullable [] newest;

  private RestoredGeneration(Database db) {
    this.db = db;
  }

  /** Not durable on return. Throws, with the database half filled, if the stream is refused. */
  static void fill(Database db, SnapshotReader reader) throws RocksDBException {
    new RestoredGeneration(db).fill(reader);
  }

  private void fill(SnapshotReader reader) throws RocksDBException {
    SnapshotHeader header = reader.header();
    try (WriteBatch batch = new WriteBatch()) {
      VersionRecord newer = null;
      for (StreamRecord record = reader.next(); record != null; record = reader.next()) {
        if (record instanceof VersionRecord version) {
          put(batch, version, newer);
          newer = version;
        } else if (record instanceof StateRecord state) {
          batch.put(StoreKeys.state(state.key()), state.value());
        }
        if (++records >= RECORDS_PER_BATCH || batch.getDataSize() >= BYTES_PER_BATCH) {
          write(batch);
        }
      }
      batch.put(StoreKeys.applied(), StoreRecords.encode(header.applied()));
      batch.put(
          StoreKeys.timestamps(),
          StoreRecords.encode(
              new StoreRecords.Timestamps(header.lastCommitTs(), header.minRetainedTs())));
      write(batch);
    }
  }

  private void put(WriteBatch batch, VersionRecord record, @Nullable VersionRecord newer)
      throws RocksDBException {
    byte[] version = version(record);
    if (newer != null && Arrays.equals(newer.key(), record.key())) {
      batch.put(StoreKeys.history(record.key(), record.commitTs()), version);
      if (newest != null) {
        batch.put(StoreKeys.newest(record.key()), VersionBytes.withHistory(newest));
        newest = null;
      }
      collectAt(newer.commitTs(), record.key());
    } else {
      batch.put(StoreKeys.newest(record.key()), version);
      newest = version;
    }
    if (record.tombstone()) {
      collectAt(record.commitTs(), record.key());
    } else if (record.expireAt() != 0) {
      collectAt(Math.max(record.commitTs(), record.expireAt()), record.key());
    }
  }

  private static byte[] version(VersionRecord record) {
    LargeReference large = record.large();
    if (large != null) {
      return VersionBytes.large(record.commitTs(), large, record.expireAt());
    }
    return record.tombstone()
        ? VersionBytes.tombstone(record.commitTs())
        : VersionBytes.put(record.commitTs(), record.value(), record.expireAt());
  }

  private void collectAt(long ts, byte[] key) {
    garbage.computeIfAbsent(ts, t -> new ArrayList<>()).add(key);
  }

  private void write(WriteBatch batch) throws RocksDBException {
    long sequence = db.latestSequence();
    for (var due : garbage.entrySet()) {
      batch.put(StoreKeys.garbage(due.getKey(), sequence), StoreRecords.encodeKeys(due.getValue()));
    }
    db.writeRepeatable(batch);
    batch.clear();
    garbage.clear();
    records = 0;
  }
}
