// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreOptions;
import io.kvorum.store.MemoryBudget;

/**
 * How one store spends its memory budget:
 *
 * <pre>
 * memtables := min(budget / 3, 128 MiB)              two: one is written, one is flushed
 * newest    := min(budget / 16, heap / 64, 32 MiB,   once something is written: NewestCache
 *                  budget - memtables - 2 longest values)
 * blocks    := budget - memtables - newest           data, index and filter blocks
 * </pre>
 *
 * <p>The newest versions are on the heap; all else is outside of it. The block cache has blocks and
 * memtables as its capacity, and the memtables are charged to it: what they do not use serves
 * reads, what they use evicts blocks. A third memtable is never begun; writes wait for the flush
 * instead. A memtable takes one batch past its size.
 *
 * <p>Half of the cache is a pool for index and filter blocks, so that a scan cannot evict what
 * every get needs. The capacity is not strict: at a strict one, a read that finds the cache full of
 * pinned blocks fails, and a failed read stops the store.
 *
 * <p>RocksDB charges memtables to the cache in pieces of 256 KiB, each to the shard that its key
 * hashes to. A shard of RocksDB's choice is as small as 512 KiB: three pieces pass its capacity,
 * and two leave no room for a block. A shard of ours is 4 MiB at least.
 */
record StoreMemory(long blocks, long memtables, long newest) {

  static final int MEMTABLES = 2;
  static final double INDEX_POOL_RATIO = 0.5;

  private static final long LEAST_SHARD = 4L << 20;
  private static final int MOST_SHARD_BITS = 6; // RocksDB's own choice for a large cache
  private static final long HIGHEST_MEMTABLES = 128L << 20;
  private static final long HIGHEST_NEWEST = 32L << 20;

  /**
   * @throws io.kvorum.api.InvalidArgumentException if the budget is too small for the longest value
   */
  static StoreMemory of(StoreOptions options) {
    return of(
        MemoryBudget.ofStore(options), Runtime.getRuntime().maxMemory(), options.maxValueBytes());
  }

  static StoreMemory of(long budget, long heap, int longestValue) {
    long memtables = Math.min(budget / 3, HIGHEST_MEMTABLES);
    long beside = budget - memtables - MEMTABLES * (long) longestValue;
    long newest = Math.min(Math.min(budget / 16, heap / 64), Math.min(HIGHEST_NEWEST, beside));
    return new StoreMemory(budget - memtables - newest, memtables, newest);
  }

  long blockCache() {
    return blocks + memtables;
  }

  /** The block cache has two to the power of this many shards, with a lock each. */
  int shardBits() {
    long shards = Math.max(1, blockCache() / LEAST_SHARD);
    return Math.min(MOST_SHARD_BITS, Long.SIZE - 1 - Long.numberOfLeadingZeros(shards));
  }

  long oneMemtable() {
    return memtables / MEMTABLES;
  }
}
