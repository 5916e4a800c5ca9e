// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;
import org.rocksdb.Statistics;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open RocksDB database and every native object that belongs to it. Not closed while anything
 * made from it is open: its owner sees to that.
 */
final class Database implements RecordReader, AutoCloseable {

  static {
    RocksDB.loadLibrary();
  }

  private final FailStop failStop;
  private final DatabaseOptions options;
  private final NativeStack natives;
  private final RocksDB db;
  private final ReadOptions reads;
  private final ReadOptions flushedReads;
  private final WriteOptions direct;
  private final WriteOptions raft;
  private final WriteOptions repeatable;
  private final NativeHandles.Handle handle;

  private Database(
      FailStop failStop,
      DatabaseOptions options,
      NativeStack natives,
      RocksDB db,
      Durability durability) {
    this.failStop = failStop;
    this.options = options;
    this.natives = natives;
    this.db = db;
    this.reads = natives.own(new ReadOptions());
    this.flushedReads = natives.own(new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER));
    boolean logged = durability.fsmSyncMode() != SyncMode.NOWAL;
    this.direct = natives.own(new WriteOptions().setSync(durability.directIsSynced()));
    this.raft =
        natives.own(
            new WriteOptions()
                .setSync(durability.fsmSyncMode() == SyncMode.SYNC)
                .setDisableWAL(!logged));
    this.repeatable = natives.own(new WriteOptions().setDisableWAL(!logged));
    this.handle = NativeHandles.opened("database");
  }

  /**
   * Opens the database in {@code dir}, making it if {@code create}. Bounded in time: RocksDB can
   * spin for ever on a damaged log.
   *
   * @throws RocksDBException as RocksDB said it
   */
  static Database open(
      Path dir, StoreOptions options, Durability durability, FailStop failStop, boolean create)
      throws RocksDBException {
    NativeStack natives = new NativeStack();
    DatabaseOptions made = DatabaseOptions.of(options);
    try {
      DBOptions dbOptions = made.database().setCreateIfMissing(create);
      Statistics statistics = StoreIo.shared();
      if (statistics != null) {
        dbOptions.setStatistics(statistics);
      }
      RocksDB db = natives.own(BoundedOpen.open(dir, dbOptions, made.family()));
      return new Database(failStop, made, natives, db, durability);
    } catch (RocksDBException | RuntimeException e) {
      natives.close();
      made.close();
      throw e;
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    try {
      return db.get(reads, key);
    } catch (RocksDBException e) {
      throw failStop.fail("reading", e);
    }
  }

  /**
   * As {@link #get(byte[])}, but once there was a write without a log record: from table files
   * only, so what it returns would still be here after a power loss.
   */
  byte @Nullable [] getFlushed(byte[] key) {
    try {
      return db.get(flushedReads, key);
    } catch (RocksDBException e) {
      throw failStop.fail("reading", e);
    }
  }

  /** The values in the order of the keys; null for an absent one. */
  List<byte @Nullable []> multiGet(List<byte[]> keys) {
    try {
      return db.multiGetAsList(reads, keys);
    } catch (RocksDBException e) {
      throw failStop.fail("reading", e);
    }
  }

  @Override
  public RecordIterator records(byte[] from, byte[] to) {
    return records(null, from, to);
  }

  @Override
  public StoreFailedException damaged(String what) {
    return failStop.damaged(what);
  }

  /** At {@code snapshot}, or now when it is null. */
  RecordIterator records(@Nullable Snapshot snapshot, byte[] from, byte[] to) {
    return new RecordIterator(db, failStop, snapshot, from, to, true);
  }

  /** As {@link #records}, for long records that are read once: the cache is left to others. */
  RecordIterator passing(Snapshot snapshot, byte[] from, byte[] to) {
    return new RecordIterator(db, failStop, snapshot, from, to, false);
  }

  /** At {@code snapshot}. */
  byte @Nullable [] get(Snapshot snapshot, byte[] key) {
    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
      return db.get(options, key);
    } catch (RocksDBException e) {
      throw failStop.fail("reading", e);
    }
  }

  void writeDirect(WriteBatch batch) {
    write(direct, batch);
  }

  void writeRaft(WriteBatch batch) {
    write(raft, batch);
  }

  /** For what a crash may lose because it is done again: never waits for the disk. */
  void writeRepeatable(WriteBatch batch) {
    write(repeatable, batch);
  }

  private void write(WriteOptions options, WriteBatch batch) {
    try {
      db.write(options, batch);
    } catch (RocksDBException e) {
      throw failStop.fail("writing", e);
    }
  }

  /** Makes everything written so far durable in table files. */
  void flush() {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options);
      checkBackground();
    } catch (RocksDBException e) {
      throw failStop.fail("flushing", e);
    }
  }

  /** Merges all table files. */
  void mergeFiles() {
    try {
      db.compactRange();
    } catch (RocksDBException e) {
      throw failStop.fail("merging table files", e);
    }
  }

  /** Makes everything durable that has a record in the write-ahead log. */
  void syncWal() {
    try {
      db.syncWal();
      checkBackground();
    } catch (RocksDBException e) {
      throw failStop.fail("syncing the write-ahead log", e);
    }
  }

  /**
   * A flush or compaction of RocksDB's own that failed is met by the next write as a rule; after
   * some kinds it only stops compacting. Its event listener does not help: RocksJava knows the
   * reasons 0 to 3, and throws in a thread of RocksDB's for a flush in nowal mode, which is 5.
   */
  private void checkBackground() throws RocksDBException {
    long errors = db.getLongProperty("rocksdb.background-errors");
    if (errors > 0) {
      throw new RocksDBException(
          errors + " background operations failed; LOG in that directory tells which");
    }
  }

  /** Links and copies the database, as of one moment in this call, into a new directory. */
  void copyTo(Path dir) {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(dir.toString());
    } catch (RocksDBException e) {
      throw failStop.fail("writing a checkpoint", e);
    }
  }

  Snapshot takeSnapshot() {
    return db.getSnapshot();
  }

  void release(Snapshot snapshot) {
    db.releaseSnapshot(snapshot);
    snapshot.close();
  }

  /** A number that RocksDB tells about itself, by its name. */
  long property(String name) {
    try {
      return db.getLongProperty(name);
    } catch (RocksDBException e) {
      throw failStop.fail("reading a property", e);
    }
  }

  /** Rises with every write; tells two batches apart. */
  long latestSequence() {
    return db.getLatestSequenceNumber();
  }

  @Override
  public void close() {
    natives.close();
    options.close();
    handle.closed();
  }

  /** The value of one record in a database that nobody has open; null when it is absent. */
  static byte @Nullable [] getFrom(Path dir, byte[] key) throws RocksDBException {
    try (Options options = DatabaseOptions.readOnly();
        RocksDB db = RocksDB.openReadOnly(options, dir.toString())) {
      return db.get(key);
    }
  }

  /** Used by {@link BoundedOpen}. */
  static RocksDB openNow(Path dir, DBOptions options, ColumnFamilyOptions familyOptions)
      throws RocksDBException {
    List<ColumnFamilyDescriptor> families =
        List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
    return RocksDB.open(options, dir.toString(), families, new ArrayList<ColumnFamilyHandle>());
  }
}
