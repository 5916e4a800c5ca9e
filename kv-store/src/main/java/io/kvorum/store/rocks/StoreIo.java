// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import org.jspecify.annotations.Nullable;
import org.rocksdb.HistogramType;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;

/**
 * What the stores of this process have written and synced, all together, as RocksDB counts it. For
 * benchmarks: counting costs a little, and is off until {@link #enable}.
 */
public final class StoreIo {

  /**
   * Sums since counting began.
   *
   * @param logSyncs syncs of write-ahead logs
   * @param fileSyncs syncs of table files and manifests
   * @param logBytes bytes written to write-ahead logs
   * @param tableBytes bytes written to table files, by flushes and compactions
   */
  public record Counts(long logSyncs, long fileSyncs, long logBytes, long tableBytes) {}

  private static volatile @Nullable Statistics shared;

  private StoreIo() {}

  /** Has every store counted that is opened from now on, until the process ends. */
  public static synchronized void enable() {
    if (shared == null) {
      RocksDB.loadLibrary();
      Statistics statistics = new Statistics();
      statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
      shared = statistics;
    }
  }

  /** Null while counting is off. */
  static @Nullable Statistics shared() {
    return shared;
  }

  /**
   * The sums up to now.
   *
   * @throws IllegalStateException while counting is off
   */
  public static Counts counts() {
    Statistics statistics = shared;
    if (statistics == null) {
      throw new IllegalStateException("call enable() before the stores are opened");
    }
    return new Counts(
        statistics.getTickerCount(TickerType.WAL_FILE_SYNCED),
        statistics.getHistogramData(HistogramType.TABLE_SYNC_MICROS).getCount()
            + statistics.getHistogramData(HistogramType.COMPACTION_OUTFILE_SYNC_MICROS).getCount()
            + statistics.getHistogramData(HistogramType.MANIFEST_FILE_SYNC_MICROS).getCount(),
        statistics.getTickerCount(TickerType.WAL_FILE_BYTES),
        statistics.getTickerCount(TickerType.FLUSH_WRITE_BYTES)
            + statistics.getTickerCount(TickerType.COMPACT_WRITE_BYTES));
  }
}
