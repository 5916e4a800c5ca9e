// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreOptions;
import io.kvorum.store.codec.StoreKeys;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.SstPartitionerFixedPrefixFactory;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * How the database of a store is opened. Public for benchmarks, which open the same files without
 * the store. Closed after the database.
 */
public final class DatabaseOptions implements AutoCloseable {

  private static final int BLOOM_BITS_PER_KEY = 10;

  /**
   * Part of a memtable that is a filter of its keys, some 30 bits a record of 200 bytes. Most reads
   * of an apply ask for a key that the memtable does not hold, and pay a search through it without.
   */
  private static final double MEMTABLE_BLOOM_RATIO = 0.02;

  private final NativeStack natives;
  private final DBOptions database;
  private final ColumnFamilyOptions family;

  private DatabaseOptions(NativeStack natives, StoreMemory memory) {
    this.natives = natives;
    LRUCache cache =
        natives.own(
            new LRUCache(
                memory.blockCache(), memory.shardBits(), false, StoreMemory.INDEX_POOL_RATIO));
    this.database =
        natives
            .own(recovery())
            .setParanoidChecks(true)
            // A store that has failed must not write any more: a close flushes where it should.
            .setAvoidFlushDuringShutdown(true)
            .setMaxBackgroundJobs(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(3)
            .setWriteBufferManager(natives.own(new WriteBufferManager(memory.memtables(), cache)));
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setFilterPolicy(natives.own(new BloomFilter(BLOOM_BITS_PER_KEY)))
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFormatVersion(5);
    this.family =
        natives
            .own(new ColumnFamilyOptions())
            .setTableFormatConfig(table)
            // Undo records, which only wait, share no file with what is compacted often.
            .setSstPartitionerFactory(
                natives.own(new SstPartitionerFixedPrefixFactory(StoreKeys.SPACE_BYTES)))
            .setWriteBufferSize(memory.oneMemtable())
            .setMaxWriteBufferNumber(StoreMemory.MEMTABLES)
            .setMemtableWholeKeyFiltering(true)
            .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_RATIO)
            .setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  /** For a store with these options. */
  public static DatabaseOptions of(StoreOptions options) {
    RocksDB.loadLibrary(); // a cache does not see to it by itself
    NativeStack natives = new NativeStack();
    try {
      return new DatabaseOptions(natives, StoreMemory.of(options));
    } catch (RuntimeException e) {
      natives.close();
      throw e;
    }
  }

  /** Owned by this. */
  public DBOptions database() {
    return database;
  }

  /** Owned by this. */
  public ColumnFamilyOptions family() {
    return family;
  }

  /** For a look at a database that nobody has open; the caller closes it. */
  static Options readOnly() {
    try (DBOptions recovery = recovery();
        ColumnFamilyOptions family = new ColumnFamilyOptions()) {
      return new Options(recovery, family);
    }
  }

  /** How every open of ours, read-only too, reads the write-ahead logs. */
  private static DBOptions recovery() {
    RocksDB.loadLibrary(); // the only call of all that does not see to it by itself
    Properties byName = new Properties();
    // R3. This option has no setter in RocksJava; an unknown name gives null.
    byName.setProperty("track_and_verify_wals", "true");
    // R4. No setter either: RocksDB would try a write that failed again, and forget the failure.
    byName.setProperty("max_bgerror_resume_count", "0");
    DBOptions options = DBOptions.getDBOptionsFromProps(byName);
    if (options == null) {
      throw new IllegalStateException("this RocksDB does not know track_and_verify_wals");
    }
    return options.setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery);
  }

  @Override
  public void close() {
    natives.close();
  }
}
