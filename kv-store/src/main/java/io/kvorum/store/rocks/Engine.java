// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.StoreRecords.Timestamps;
import io.kvorum.store.codec.VersionBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Reads and writes of one generation. Reads may come from any thread that holds a lease, writes
 * from the one thread that holds the write mutex as well.
 */
final class Engine implements AutoCloseable {

  // Immutable after construction.
  private final Database db;
  private final FailStop failStop;
  private final SyncMode mode;
  private final PrefixDeletes prefixDeletes;
  private final Collector collector;
  private final NewestCache newest;

  /** Only in nowal mode. */
  private final @Nullable Flusher flusher;

  // Written by the holder of the write mutex.
  private volatile LogPosition applied;
  private volatile Timestamps timestamps;
  private volatile boolean closed;
  private boolean unlogged; // nowal: raft writes that only the memtable has

  /** The position at the last sync of the write-ahead log; written by whoever syncs. */
  private volatile LogPosition synced;

  private Engine(Database db, FailStop failStop, SyncMode mode, Path dir, StoreOptions options) {
    this.db = db;
    this.failStop = failStop;
    this.mode = mode;
    this.applied = position(db.get(StoreKeys.applied()));
    byte[] times = db.get(StoreKeys.timestamps());
    this.timestamps = times == null ? Timestamps.ZERO : StoreRecords.decodeTimestamps(times);
    this.prefixDeletes = new PrefixDeletes(db);
    this.collector = new Collector(db);
    this.newest = new NewestCache(StoreMemory.of(options).newest());
    // Opening has moved what the write-ahead log held into table files.
    this.synced = applied;
    this.flusher =
        mode == SyncMode.NOWAL
            ? new Flusher(
                String.valueOf(dir.getFileName()), options.flushSchedule(), failStop, db::flush)
            : null;
  }

  /**
   * Opens a generation that exists, and finishes the prefix deletes that a crash left half done.
   */
  static Engine open(Path dir, StoreOptions options, Durability durability, FailStop failStop) {
    return open(dir, options, durability, failStop, false);
  }

  /** Makes an empty generation. Not durable before {@link #makeDurable}. */
  static Engine create(Path dir, StoreOptions options, Durability durability, FailStop failStop) {
    return open(dir, options, durability, failStop, true);
  }

  private static Engine open(
      Path dir, StoreOptions options, Durability durability, FailStop failStop, boolean create) {
    Database db;
    try {
      if (!create) {
        WalTail.check(dir);
      }
      db = Database.open(dir, options, durability, failStop, create);
    } catch (RocksDBException e) {
      throw FailStop.translate(dir, "opening the store", e);
    }
    try {
      checkFormat(db, dir, create);
      Engine engine = new Engine(db, failStop, durability.fsmSyncMode(), dir, options);
      engine.prefixDeletes.finish(engine.prefixDeletes.stored(null), engine);
      if (engine.flusher != null) {
        engine.flusher.start();
      }
      return engine;
    } catch (RuntimeException e) {
      db.close();
      throw e;
    }
  }

  private static void checkFormat(Database db, Path dir, boolean create) {
    byte[] format = db.get(StoreKeys.format());
    if (format == null && create) {
      try (WriteBatch batch = new WriteBatch()) {
        batch.put(StoreKeys.format(), new byte[] {StoreRecords.FORMAT_VERSION});
        db.writeDirect(batch);
      } catch (RocksDBException e) {
        throw FailStop.translate(dir, "writing the format version", e);
      }
    } else if (format == null) {
      throw new StoreCorruptException(
          dir + " holds no format version: it is no Kvorum store, or its files are damaged", null);
    } else if (format.length != 1 || format[0] != StoreRecords.FORMAT_VERSION) {
      throw new StoreCorruptException(
          dir
              + " has format version "
              + format[0]
              + ", this build reads "
              + StoreRecords.FORMAT_VERSION
              + "; open it with the build that wrote it, write a snapshot, and restore that with"
              + " this build",
          null);
    }
  }

  /** Throws if the engine has failed. */
  void checkWorking() {
    failStop.check();
  }

  /** See CheckpointableStore. */
  void onFailure(Consumer<StoreFailedException> listener) {
    failStop.onFailure(listener);
  }

  /** Stops it because of a failure that something else has met. */
  void fail(RuntimeException cause) {
    StoreFailedException unused =
        failStop.fail(
            cause instanceof StoreFailedException failure
                ? failure
                : new StoreFailedException("replacing the content failed: " + cause, cause));
  }

  // ---- state ---------------------------------------------------------------------------------

  LogPosition applied() {
    return applied;
  }

  /** See CheckpointableStore. */
  LogPosition durable() {
    return switch (mode) {
      case SYNC -> applied;
      case NOSYNC -> synced;
      case NOWAL -> position(db.getFlushed(StoreKeys.applied()));
    };
  }

  private static LogPosition position(byte @Nullable [] record) {
    return record == null ? LogPosition.NONE : StoreRecords.decodePosition(record);
  }

  Timestamps timestamps() {
    return timestamps;
  }

  Database database() {
    return db;
  }

  // ---- reads ---------------------------------------------------------------------------------

  void checkReadable(long ts) {
    long oldest = timestamps.minRetainedTs();
    if (ts < oldest) {
      throw new ReadTimestampCompactedException(ts, oldest);
    }
  }

  /** The version that a read at {@code ts} finds live; null when it finds none. */
  byte @Nullable [] liveAt(byte[] key, long ts) {
    checkReadable(ts);
    long epoch = prefixDeletes.epoch();
    byte[] version = versionAt(null, key, ts);
    if (prefixDeletes.mayHaveRunSince(epoch)) {
      try (View view = view()) {
        version = versionAt(view, key, ts);
        if (version != null && view.hides(key, VersionBytes.commitTs(version), ts)) {
          version = null;
        }
      }
    }
    checkReadable(ts); // a collector may have passed while we read
    return version != null && VersionBytes.isLiveAt(version, ts) ? version : null;
  }

  /** The version that decides a read, at a view or now. */
  private byte @Nullable [] versionAt(@Nullable View view, byte[] key, long ts) {
    byte[] newestKey = StoreKeys.newest(key);
    byte[] version = view == null ? db.get(newestKey) : view.get(newestKey);
    if (version == null || VersionBytes.commitTs(version) <= ts) {
      return version;
    }
    return new OlderVersions(view == null ? db : view, key, version).at(ts);
  }

  OptionalLong latestCommitTs(byte[] key) {
    long epoch = prefixDeletes.epoch();
    byte[] newest = db.get(StoreKeys.newest(key));
    if (prefixDeletes.mayHaveRunSince(epoch)) {
      try (View view = view()) {
        return view.latestCommitTs(key);
      }
    }
    return newest == null ? OptionalLong.empty() : OptionalLong.of(VersionBytes.commitTs(newest));
  }

  /** The value of a state record; null when there is none. */
  byte @Nullable [] record(byte[] key) {
    return db.get(StoreKeys.state(key));
  }

  /** The first {@code limit} state records of a range, from one moment. */
  List<KeyValue> records(KeyRange range, int limit) {
    return new PendingRecords(db).scan(range, limit);
  }

  /** When garbage is due next, above a timestamp. */
  OptionalLong nextGarbageTs(long ts) {
    LongStream.Builder next = LongStream.builder();
    byte[] from = StoreKeys.garbageAfter(ts);
    try (RecordIterator due = db.records(from, StoreKeys.garbageAfter(Long.MAX_VALUE))) {
      if (due.first()) {
        next.add(StoreKeys.garbageTs(due.key()));
      }
    }
    try (RecordIterator due = db.records(StoreKeys.undoFirst(), StoreKeys.undoDueAt(ts))) {
      if (due.last()) {
        next.add(StoreKeys.undoTs(due.key()));
      }
    }
    return next.build().min();
  }

  /** Pins this moment for a cursor or a snapshot. */
  View view() {
    return View.of(db, prefixDeletes);
  }

  // ---- writes: the caller holds the write mutex ------------------------------------------------

  PendingBatch begin() {
    newest.allocate();
    return new PendingBatch(db, newest, timestamps);
  }

  /** Writes the batch, fsynced on return. */
  void commitDirect(PendingBatch pending) {
    logEarlierWrites();
    commit(pending, null);
    hasSynced(applied);
  }

  /** Writes the batch and the position, durable as the sync mode says. */
  void commitRaft(PendingBatch pending, LogPosition position) {
    commit(pending, position);
  }

  /** Raises the watermark, fsynced on return. */
  void raiseWatermark(long ts) {
    logEarlierWrites();
    PendingBatch pending = begin();
    pending.raiseWatermark(ts);
    commit(pending, null);
    hasSynced(applied);
  }

  /** R2: in nowal mode a logged write must not become durable before the unlogged ones under it. */
  private void logEarlierWrites() {
    if (unlogged) {
      db.flush();
      unlogged = false;
    }
  }

  private synchronized void hasSynced(LogPosition position) {
    if (position.isAfter(synced)) {
      synced = position;
    }
  }

  private void commit(PendingBatch pending, @Nullable LogPosition position) {
    if (position != null) {
      awaitRoom();
    }
    Timestamps next = new Timestamps(pending.lastCommitTs(), pending.minRetainedTs());
    List<PrefixDelete> deletes = pending.prefixDeletes();
    if (!deletes.isEmpty()) {
      prefixDeletes.begin();
    }
    BatchRecords records = new BatchRecords();
    pending.writeTo(records);
    if (!next.equals(timestamps)) {
      records.put(StoreKeys.timestamps(), StoreRecords.encode(next));
    }
    if (position != null) {
      records.put(StoreKeys.applied(), StoreRecords.encode(position));
    }
    try (WriteBatch batch = records.toWriteBatch()) {
      if (position == null) {
        db.writeDirect(batch);
      } else {
        db.writeRaft(batch);
        hasWrittenUnlogged(batch, position.index() - applied.index());
      }
    } catch (RocksDBException e) {
      throw failStop.fail("building a batch", e);
    }
    pending.wasWritten();
    timestamps = next;
    if (!deletes.isEmpty()) {
      prefixDeletes.finish(prefixDeletes.stored(null), this);
    }
    if (position != null) {
      applied = position;
    }
  }

  /** Writes what is done again after a crash, without waiting for the disk. */
  void writeRepeatable(PendingBatch pending, List<byte[]> deletedRecords) {
    BatchRecords records = new BatchRecords();
    pending.writeTo(records);
    for (byte[] record : deletedRecords) {
      records.delete(record);
    }
    writeRepeatable(records);
    pending.wasWritten();
    for (byte[] record : deletedRecords) {
      if (StoreKeys.isNewest(record)) {
        newest.forget(StoreKeys.userKeyOfNewest(record));
      }
    }
  }

  /** Deletes records that nobody needs, {@code from <= key < to}, without waiting for the disk. */
  void deleteRepeatable(byte[] from, byte[] to) {
    BatchRecords records = new BatchRecords();
    records.deleteRange(from, to);
    writeRepeatable(records);
  }

  private void writeRepeatable(BatchRecords records) {
    awaitRoom();
    try (WriteBatch batch = records.toWriteBatch()) {
      db.writeRepeatable(batch);
      hasWrittenUnlogged(batch, 0);
    } catch (RocksDBException e) {
      throw failStop.fail("building a batch", e);
    }
  }

  private void awaitRoom() {
    if (flusher != null) {
      flusher.awaitRoom();
    }
  }

  private void hasWrittenUnlogged(WriteBatch batch, long entries) {
    if (flusher != null) {
      unlogged = true;
      flusher.wrote(batch.getDataSize(), entries);
    }
  }

  /**
   * Collects a bounded part of the garbage due at or below the watermark.
   *
   * @return whether more is left
   */
  boolean collectSome() {
    return collector.collectSome(timestamps.minRetainedTs(), this);
  }

  // ---- whole files ---------------------------------------------------------------------------

  /** Makes everything applied so far durable. */
  void makeDurable() {
    if (mode == SyncMode.NOWAL) {
      db.flush();
    } else {
      LogPosition before = applied;
      db.syncWal();
      hasSynced(before);
    }
  }

  /** Copies the database, as of one moment in this call, into a new directory (R9). */
  void copyTo(Path dir) throws IOException {
    db.copyTo(dir);
    if (mode == SyncMode.NOWAL) {
      StoreDirectory.emptyLogs(dir); // without any, RocksDB takes it for damaged
    }
  }

  /**
   * Flushes what only memory has, unless the store has failed, and closes the database.
   *
   * @throws StoreFailedException if the flush failed; the database is closed then, unless the flush
   *     does not end
   */
  @Override
  public void close() {
    if (flusher != null) {
      flusher.close();
    }
    try {
      if (unlogged && !failStop.hasFailed()) {
        db.flush();
      }
    } finally {
      closed = true;
      db.close();
    }
  }

  /** Whether the database is closed: not when a flush hangs that uses it. */
  boolean isClosed() {
    return closed;
  }
}
