// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreCorruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The raw records of a store that nobody has open, for a checker: locked, read only. Unlike an open
 * store it repairs nothing: what a crash left is what is seen. One thread.
 */
public final class StoredRecords implements AutoCloseable {

  private static final byte[] FIRST = {0};
  private static final byte[] LAST = {(byte) 0xFF};

  private final StoreDirectory directory;
  private final Path generation;
  private final FailStop failStop;
  private final Options options;
  private final RocksDB db;

  private StoredRecords(StoreDirectory directory, Path generation, Options options, RocksDB db) {
    this.directory = directory;
    this.generation = generation;
    this.failStop = new FailStop(generation);
    this.options = options;
    this.db = db;
  }

  /**
   * Locks the store and opens its records.
   *
   * @throws io.kvorum.api.StoreLockedException if the store is open
   * @throws StoreCorruptException if there is no store, or its files cannot be opened
   */
  public static StoredRecords open(Path dir) {
    if (!Files.isDirectory(dir)) {
      throw new StoreCorruptException(dir + " is no directory, so no store", null);
    }
    StoreDirectory directory = StoreDirectory.lock(dir);
    Options options = null;
    try {
      Path generation =
          directory
              .current()
              .orElseThrow(
                  () -> new StoreCorruptException(dir + " has no CURRENT file: no store", null));
      options = Database.readOnlyOptions();
      RocksDB db = RocksDB.openReadOnly(options, generation.toString());
      return new StoredRecords(directory, generation, options, db);
    } catch (RocksDBException e) {
      close(options, directory);
      throw FailStop.translate(dir, "opening the store read-only", e);
    } catch (RuntimeException e) {
      close(options, directory);
      throw e;
    }
  }

  private static void close(@Nullable Options options, StoreDirectory directory) {
    if (options != null) {
      options.close();
    }
    directory.close();
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
      throw FailStop.translate(generation, "verifying checksums", e);
    }
  }

  /** Visits all records in the order of their keys. */
  public void forEach(Visitor visitor) {
    try (RecordIterator records = new RecordIterator(db, failStop, null, FIRST, LAST)) {
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
      throw failStop.fail("reading", e);
    }
  }

  @Override
  public void close() {
    db.close();
    close(options, directory);
  }
}
