// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.rocks;

import io.kvorum.api.StoreOptions;
import io.kvorum.bench.driver.Access;
import io.kvorum.bench.driver.Entry;
import io.kvorum.bench.driver.Target;
import io.kvorum.bench.driver.Versions;
import io.kvorum.store.rocks.DatabaseOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One database, opened as a store opens its own. Writes are synced and block, so they are made by a
 * pool of threads, whose writes RocksDB groups; reads are made by the thread that asks.
 */
final class RocksTarget implements Target {

  static {
    RocksDB.loadLibrary();
  }

  private static final int WRITERS = 64;

  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
  private final DatabaseOptions options = DatabaseOptions.of(StoreOptions.defaults());
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final RocksDB db;

  RocksTarget(Path folder) throws RocksDBException {
    options.database().setCreateIfMissing(true);
    db =
        RocksDB.open(
            options.database(),
            folder.toString(),
            List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options.family())),
            new ArrayList<>());
  }

  @Override
  public Set<Access> offers() {
    return EnumSet.of(Access.PUT, Access.BATCH, Access.GET, Access.LEASE_GET, Access.SCAN);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "RocksDB " + Versions.of("rocksdb") + " through JNI");
    settings.put("replicas", "none: one database, one version of a key");
    settings.put("durability", "every write synced; writes grouped by RocksDB");
    settings.put(
        "other settings", WRITERS + " threads write; options and memory budget of a store");
    return settings;
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return CompletableFuture.runAsync(() -> write(List.of(new Entry(key, value))), writers);
  }

  @Override
  public CompletableFuture<?> batch(List<Entry> entries) {
    return CompletableFuture.runAsync(() -> write(entries), writers);
  }

  private void write(List<Entry> entries) {
    try (WriteBatch batch = new WriteBatch()) {
      for (Entry entry : entries) {
        batch.put(entry.key(), entry.value());
      }
      db.write(synced, batch);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public CompletableFuture<?> get(byte[] key) {
    try {
      return CompletableFuture.completedFuture(db.get(key));
    } catch (RocksDBException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<?> leaseGet(byte[] key) {
    return get(key);
  }

  @Override
  public CompletableFuture<? extends Collection<?>> scan(byte[] from, int limit) {
    List<Entry> found = new ArrayList<>(limit);
    try (RocksIterator iterator = db.newIterator()) {
      for (iterator.seek(from); found.size() < limit && iterator.isValid(); iterator.next()) {
        found.add(new Entry(iterator.key(), iterator.value()));
      }
      iterator.status();
      return CompletableFuture.completedFuture(found);
    } catch (RocksDBException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    writers.shutdownNow(); // nothing is under way
    db.close();
    synced.close();
    options.close();
  }
}
