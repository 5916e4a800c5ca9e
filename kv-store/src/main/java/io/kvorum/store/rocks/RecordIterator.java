// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * A RocksDB iterator over the records {@code from <= key < to}, with the native objects it must
 * outlive. Each move says whether it stands on a record, and throws if a block could not be read.
 */
final class RecordIterator implements AutoCloseable {

  private final FailStop failStop;
  private final Slice from;
  private final Slice to;
  private final ReadOptions options;
  private final RocksIterator iterator;
  private final NativeHandles.Handle handle;
  private boolean closed;

  /**
   * @param fillsCache whether the blocks that it reads are kept for others
   */
  RecordIterator(
      RocksDB db,
      FailStop failStop,
      @Nullable Snapshot snapshot,
      byte[] from,
      byte[] to,
      boolean fillsCache) {
    this.failStop = failStop;
    this.from = new Slice(from);
    this.to = new Slice(to);
    this.options = new ReadOptions().setIterateLowerBound(this.from).setIterateUpperBound(this.to);
    options.setFillCache(fillsCache);
    if (snapshot != null) {
      options.setSnapshot(snapshot);
    }
    this.iterator = db.newIterator(options);
    this.handle = NativeHandles.opened("iterator");
  }

  boolean first() {
    iterator.seekToFirst();
    return valid();
  }

  boolean last() {
    iterator.seekToLast();
    return valid();
  }

  boolean next() {
    iterator.next();
    return valid();
  }

  boolean previous() {
    iterator.prev();
    return valid();
  }

  /** Moves to the first record at or after {@code key}. */
  boolean seek(byte[] key) {
    iterator.seek(key);
    return valid();
  }

  /** Moves to the last record at or before {@code key}. */
  boolean seekBackwards(byte[] key) {
    iterator.seekForPrev(key);
    return valid();
  }

  byte[] key() {
    return iterator.key();
  }

  byte[] value() {
    return iterator.value();
  }

  /** Whether it stands on a record; false also after its last move found none. */
  boolean isValid() {
    return iterator.isValid();
  }

  boolean isClosed() {
    return closed;
  }

  private boolean valid() {
    if (iterator.isValid()) {
      return true;
    }
    try {
      iterator.status();
      return false;
    } catch (RocksDBException e) {
      throw failStop.fail("reading", e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      iterator.close();
      options.close();
      from.close();
      to.close();
      handle.closed();
    }
  }
}
