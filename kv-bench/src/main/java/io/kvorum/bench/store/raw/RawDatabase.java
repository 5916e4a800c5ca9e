// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store.raw;

import io.kvorum.api.StoreOptions;
import io.kvorum.store.rocks.DatabaseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The RocksDB database of a store, opened without the store: the same files with the same options.
 * Each method is the straightforward use of RocksDB's public interface.
 */
public final class RawDatabase implements AutoCloseable {

  static {
    RocksDB.loadLibrary();
  }

  private final Deque<RocksObject> natives = new ArrayDeque<>();
  private final DatabaseOptions options;
  private final RocksDB db;
  private final ReadOptions reads;
  private final WriteOptions unsynced;
  private final WriteOptions synced;

  private RawDatabase(Path database, StoreOptions storeOptions) throws RocksDBException {
    options = DatabaseOptions.of(storeOptions);
    db =
        own(
            RocksDB.open(
                options.database(),
                database.toString(),
                List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options.family())),
                new ArrayList<>()));
    reads = own(new ReadOptions());
    unsynced = own(new WriteOptions());
    synced = own(new WriteOptions().setSync(true));
  }

  private <T extends RocksObject> T own(T object) {
    natives.push(object);
    return object;
  }

  /**
   * Opens the database of the store in this folder, which is not open.
   *
   * @param options those of the store
   */
  public static RawDatabase open(Path store, StoreOptions options) throws IOException {
    String generation = Files.readString(store.resolve("CURRENT")).strip();
    try {
      return new RawDatabase(store.resolve(generation), options);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** One record; null when it is absent. */
  public byte @Nullable [] get(byte[] key) throws IOException {
    try {
      return db.get(reads, key);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** Hands the first {@code limit} records between two keys to the taker; returns their number. */
  public int scan(byte[] from, byte[] to, int limit, BiConsumer<byte[], byte[]> taker)
      throws IOException {
    try (Slice bound = new Slice(to);
        ReadOptions bounded = new ReadOptions().setIterateUpperBound(bound);
        RocksIterator iterator = db.newIterator(bounded)) {
      int found = 0;
      for (iterator.seek(from); found < limit && iterator.isValid(); iterator.next()) {
        taker.accept(iterator.key(), iterator.value());
        found++;
      }
      iterator.status();
      return found;
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** One batch, not synced. */
  public void write(List<byte[]> keys, List<byte[]> values) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      for (int i = 0; i < keys.size(); i++) {
        batch.put(keys.get(i), values.get(i));
      }
      db.write(unsynced, batch);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** Deletes the records {@code from <= key < to}, not synced. */
  public void deleteRange(byte[] from, byte[] to) throws IOException {
    try {
      db.deleteRange(unsynced, from, to);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** One record, synced on return. */
  public void writeSynced(byte[] key, byte[] value) throws IOException {
    try {
      db.put(synced, key, value);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  /** Brings all records into as few files as there can be, so that no compaction runs later. */
  public void settle() throws IOException {
    try {
      db.compactRange();
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    while (!natives.isEmpty()) {
      natives.pop().close();
    }
    options.close();
  }
}
