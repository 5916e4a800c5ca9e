// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The raw records of a store that nobody has open, for a checker. It changes no byte of the store
 * and repairs nothing: it sees what an open would find, before that does anything. One thread.
 */
public final class StoredRecords implements AutoCloseable {

  private static final byte[] FIRST = {0};
  private static final byte[] LAST = {(byte) 0xFF};

  private final @Nullable StoreDirectory directory;
  private final Path database;
  private final FailStop failStop;
  private final ShadowDatabase shadow;
  private final Options options;
  private final RocksDB db;
  private final NativeHandles.Handle handle = NativeHandles.opened("read-only database");

  private StoredRecords(
      @Nullable StoreDirectory directory,
      Path database,
      ShadowDatabase shadow,
      Options options,
      RocksDB db) {
    this.directory = directory;
    this.database = database;
    this.failStop = new FailStop(database);
    this.shadow = shadow;
    this.options = options;
    this.db = db;
  }

  /**
   * Locks the store and opens its records.
   *
   * @throws io.kvorum.api.StoreLockedException if the store is open
   * @throws InvalidArgumentException if there is no store
   * @throws StoreCorruptException if its files cannot be opened
   */
  public static StoredRecords open(Path dir) {
    if (!Files.isDirectory(dir)) {
      throw new InvalidArgumentException(dir + " is no directory, so no store");
    }
    StoreDirectory directory = StoreDirectory.lockExisting(dir);
    try {
      Path generation =
          directory
              .current()
              .orElseThrow(
                  () -> new InvalidArgumentException(dir + " has no CURRENT file: no store"));
      return open(directory, generation);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /**
   * Opens the records of a bare database, such as a checkpoint; the caller sees to it that nobody
   * else uses it.
   *
   * @throws StoreCorruptException if its files cannot be opened
   */
  public static StoredRecords openDatabase(Path dir) {
    return open(null, dir);
  }

  private static StoredRecords open(@Nullable StoreDirectory directory, Path database) {
    ShadowDatabase shadow = ShadowDatabase.of(database);
    Options options = null;
    try {
      options = DatabaseOptions.readOnly();
      RocksDB db = BoundedOpen.openReadOnly(shadow.path(), options);
      return new StoredRecords(directory, database, shadow, options, db);
    } catch (RocksDBException e) {
      release(options, shadow);
      throw FailStop.translate(database, "opening the store read-only", named(shadow, e));
    } catch (RuntimeException e) {
      release(options, shadow);
      throw e;
    }
  }

  private static void release(@Nullable Options options, ShadowDatabase shadow) {
    if (options != null) {
      options.close();
    }
    shadow.close();
  }

  private static RocksDBException named(ShadowDatabase shadow, RocksDBException e) {
    RocksDBException named =
        new RocksDBException(shadow.named(String.valueOf(e.getMessage())), e.getStatus());
    named.initCause(e);
    return named;
  }

  /** Takes one record; the arrays are the taker's. */
  public interface Visitor {
    void visit(byte[] key, byte[] value);
  }

  /**
   * Reads every block of every file and compares its checksum.
   *
   * @throws StoreCorruptException at the first that differs, naming the file
   */
  public void verifyChecksums() {
    try {
      db.verifyChecksum();
    } catch (RocksDBException e) {
      throw FailStop.translate(database, "verifying checksums", named(shadow, e));
    }
  }

  /** Visits all records in the order of their keys. */
  public void forEach(Visitor visitor) {
    try (RecordIterator records = new RecordIterator(db, failStop, null, FIRST, LAST, true)) {
      for (boolean more = records.first(); more; more = records.next()) {
        visitor.visit(records.key(), records.value());
      }
    }
  }

  /** One record; null when it is absent. */
  public byte @Nullable [] get(byte[] key) {
    try {
      return db.get(key);
    } catch (RocksDBException e) {
      throw failStop.fail("reading", named(shadow, e));
    }
  }

  @Override
  public void close() {
    db.close();
    handle.closed();
    release(options, shadow);
    if (directory != null) {
      directory.close();
    }
  }
}
