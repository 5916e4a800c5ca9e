// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreFailedException;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.VersionBytes;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Snapshot;

/**
 * One moment of a database, pinned until closed: its records, and the prefix deletes to apply on
 * top of them.
 */
final class View implements RecordReader, AutoCloseable {

  private final Database db;
  private final Snapshot snapshot;
  private final List<PrefixDelete> overlay;
  private final NativeHandles.Handle handle = NativeHandles.opened("pinned view");
  private boolean closed;

  private View(Database db, Snapshot snapshot, List<PrefixDelete> overlay) {
    this.db = db;
    this.snapshot = snapshot;
    this.overlay = overlay;
  }

  static View of(Database db, PrefixDeletes prefixDeletes) {
    long before = prefixDeletes.epoch();
    Snapshot snapshot = db.takeSnapshot();
    try {
      return new View(db, snapshot, prefixDeletes.at(snapshot, before));
    } catch (RuntimeException e) {
      db.release(snapshot);
      throw e;
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return db.get(snapshot, key);
  }

  @Override
  public StoreFailedException damaged(String what) {
    return db.damaged(what);
  }

  @Override
  public RecordIterator records(byte[] from, byte[] to) {
    return db.records(snapshot, from, to);
  }

  /** As {@link #records}, for long records that are read once: the cache is left to others. */
  RecordIterator passing(byte[] from, byte[] to) {
    return db.passing(snapshot, from, to);
  }

  /** Whether a prefix delete under way hides this version from a read at {@code readTs}. */
  boolean hides(byte[] key, long versionTs, long readTs) {
    for (PrefixDelete delete : overlay) {
      if (delete.hides(key, versionTs, readTs)) {
        return true;
      }
    }
    return false;
  }

  /** As the store's, with the tombstones of prefix deletes that are not written yet. */
  OptionalLong latestCommitTs(byte[] key) {
    byte[] newest = get(StoreKeys.newest(key));
    if (newest == null) {
      return OptionalLong.empty();
    }
    long latest = VersionBytes.commitTs(newest);
    for (PrefixDelete delete : overlay) { // in the order of their commit
      boolean live = VersionBytes.isLiveAt(newest, delete.commitTs());
      if (live && latest <= delete.commitTs() && delete.covers(key)) {
        return OptionalLong.of(delete.commitTs()); // what comes after finds the key dead
      }
    }
    return OptionalLong.of(latest);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      db.release(snapshot);
      handle.closed();
    }
  }
}
