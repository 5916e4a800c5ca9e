// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.StoreRecords.Timestamps;
import io.kvorum.store.codec.VersionBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. A key's versions are collected here and put into the RocksDB batch once, at
 * the end: a key that a group of entries writes ten times costs one 'n' record, and what it replaces
 * shares undo records with what the group replaces elsewhere. The newest version of a key is read from
 * the database when the key is first touched, and since the owner holds the write mutex it stays true
 * until the batch is written.
 */

/**
 * A group of writes while it is built: reads see it, nobody else does. Used by the thread that
 * holds the write mutex.
 */
final class PendingBatch {

  private final Database db;
  private final NewestCache cache;
  private final Map<Key, PendingVersions> touched = new HashMap<>();
  private final NavigableMap<Long, List<byte[]>> garbage = new TreeMap<>();
  private final List<PrefixDelete> prefixDeletes = new ArrayList<>();
  private final PendingRecords records;
  private long lastCommitTs;
  private long minRetainedTs;
  private long approximateBytes;

  /** No version that replaces one is above it. */
  private long undoDueTs;

  PendingBatch(Database db, NewestCache cache, Timestamps timestamps) {
    this.db = db;
    this.cache = cache;
    this.records = new PendingRecords(db);
    this.lastCommitTs = timestamps.lastCommitTs();
    this.minRetainedTs = timestamps.minRetainedTs();
  }

  long lastCommitTs() {
    return lastCommitTs;
  }

  /** About how much memory the batch holds. */
  long approximateBytes() {
    return approximateBytes + records.approximateBytes();
  }

  /** The state records of this batch, over the stored ones. */
  PendingRecords records() {
    return records;
  }

  long minRetainedTs() {
    return minRetainedTs;
  }

  void raiseWatermark(long ts) {
    minRetainedTs = Math.max(minRetainedTs, ts);
  }

  List<PrefixDelete> prefixDeletes() {
    return prefixDeletes;
  }

  /** A commit timestamp that this batch makes, whether or not it writes a version. */
  void commitsAt(long commitTs) {
    lastCommitTs = Math.max(lastCommitTs, commitTs);
  }

  /** The newest version of the key; null when it has none. */
  byte @Nullable [] newest(byte[] key) {
    return load(key).newest();
  }

  /** The version that decides a read at {@code ts}; null when there is none. */
  byte @Nullable [] versionAt(byte[] key, long ts) {
    return load(key).at(ts);
  }

  /** Reads the newest versions of many keys ahead of their use, up to about that much memory. */
  void prefetch(List<byte[]> keys, long maxBytes) {
    new Prefetch(db, this).read(keys, maxBytes);
  }

  /** Whether the newest version of the key is known without a look into the database. */
  boolean knows(byte[] key) {
    return known(key) != null;
  }

  private PendingVersions load(byte[] key) {
    PendingVersions versions = known(key);
    return versions != null ? versions : admit(key, db.get(StoreKeys.newest(key)));
  }

  private @Nullable PendingVersions known(byte[] key) {
    PendingVersions versions = touched.get(new Key(key));
    if (versions == null) {
      byte[] newest = cache.get(key);
      versions = newest == null ? null : admit(key, newest);
    }
    return versions;
  }

  /** Takes in what the database holds as the newest version of a key that is not known yet. */
  PendingVersions admit(byte[] callersKey, byte @Nullable [] newest) {
    byte[] key = callersKey.clone();
    PendingVersions versions = new PendingVersions(db, key, newest);
    touched.put(new Key(key), versions);
    approximateBytes += key.length + (newest == null ? 0 : newest.length);
    for (PrefixDelete delete : prefixDeletes) {
      apply(delete, versions);
    }
    return versions;
  }

  /**
   * Adds one version. Its place is decided by timestamps alone: above the newest it becomes the
   * newest, at an existing timestamp it replaces, below it is an older one.
   */
  void write(byte[] key, byte[] version) {
    if (isBelowAPrefixDelete(key, VersionBytes.commitTs(version))) {
      settlePrefixDeletes();
    }
    write(load(key), version);
  }

  /** Whether a prefix delete of this batch would hide the version, though it came before it. */
  private boolean isBelowAPrefixDelete(byte[] key, long ts) {
    for (PrefixDelete delete : prefixDeletes) {
      if (ts <= delete.commitTs() && delete.covers(key)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes the tombstones of the prefix deletes into the batch itself. Their memory is not bounded,
   * but only a batch that goes back in time needs this: a replica's timestamps always rise.
   */
  private void settlePrefixDeletes() {
    for (PrefixDelete delete : prefixDeletes) {
      byte[] from = StoreKeys.newestFrom(delete.prefix());
      byte[] to = StoreKeys.newestTo(KeyRange.prefix(delete.prefix()).end());
      try (RecordIterator newest = db.records(from, to)) {
        for (boolean more = newest.first(); more; more = newest.next()) {
          load(StoreKeys.userKeyOfNewest(newest.key())); // applies all deletes, in their order
        }
      }
    }
    prefixDeletes.clear();
  }

  private void write(PendingVersions versions, byte[] version) {
    long ts = VersionBytes.commitTs(version);
    commitsAt(ts);
    approximateBytes += version.length;
    if (versions.isLate(ts)) {
      collectAt(ts, versions.key()); // it may have an older one
      collectAt(versions.nextTs(ts), versions.key()); // which has an older one now
    }
    versions.add(version);
    byte[] newest = versions.newest();
    if (newest != null && versions.hasReplaced()) {
      undoDueTs = Math.max(undoDueTs, VersionBytes.commitTs(newest));
    }
    if (VersionBytes.isTombstone(version)) {
      collectAt(ts, versions.key());
    } else if (VersionBytes.expireAt(version) != 0) {
      collectAt(Math.max(ts, VersionBytes.expireAt(version)), versions.key());
    }
  }

  /** F3: notes that a collector has to look at the key once the watermark reaches {@code ts}. */
  private void collectAt(long ts, byte[] key) {
    List<byte[]> keys = garbage.computeIfAbsent(ts, t -> new ArrayList<>());
    if (keys.isEmpty() || keys.get(keys.size() - 1) != key) {
      keys.add(key);
    }
  }

  /**
   * Deletes what the prefix covers: the keys of this batch now, all others when they are loaded.
   */
  void deletePrefix(PrefixDelete delete) {
    commitsAt(delete.commitTs());
    for (PendingVersions versions : touched.values()) {
      apply(delete, versions);
    }
    prefixDeletes.add(delete);
  }

  /** Writes the tombstone of one key, if the delete covers it and finds it visible. */
  void apply(PrefixDelete delete, byte[] key) {
    apply(delete, load(key));
  }

  private void apply(PrefixDelete delete, PendingVersions versions) {
    if (delete.covers(versions.key())) {
      byte[] visible = versions.at(delete.commitTs());
      if (visible != null && VersionBytes.isLiveAt(visible, delete.commitTs())) {
        write(versions, VersionBytes.tombstone(delete.commitTs()));
      }
    }
  }

  /** Shows the newest version of each key of the range, in order, while the visitor wants more. */
  void forEachNewest(KeyRange range, NewestVisitor visitor) {
    NavigableMap<byte[], byte[]> written = new TreeMap<>(Arrays::compareUnsigned);
    for (PendingVersions versions : touched.values()) {
      byte[] newest = versions.newest();
      if (versions.newestIsNew() && newest != null && range.contains(versions.key())) {
        written.put(versions.key(), newest);
      }
    }
    byte[] from = StoreKeys.newestFrom(range.start());
    try (RecordIterator stored = db.records(from, StoreKeys.newestTo(range.end()))) {
      for (boolean more = stored.first(); more; more = stored.next()) {
        byte[] key = StoreKeys.userKeyOfNewest(stored.key());
        while (!written.isEmpty() && Arrays.compareUnsigned(written.firstKey(), key) < 0) {
          Map.Entry<byte[], byte[]> before = written.pollFirstEntry();
          if (!visitor.visit(before.getKey(), before.getValue())) {
            return;
          }
        }
        byte[] pending = written.remove(key);
        if (!visitor.visit(key, pending != null ? pending : afterDeletes(key, stored.value()))) {
          return;
        }
      }
    }
    for (Map.Entry<byte[], byte[]> rest : written.entrySet()) {
      if (!visitor.visit(rest.getKey(), rest.getValue())) {
        return;
      }
    }
  }

  /** Takes the newest version of a key; the key's array must not be changed. */
  interface NewestVisitor {
    boolean visit(byte[] key, byte[] newest);
  }

  /** A stored version as it will be once the batch's prefix deletes have been carried out. */
  private byte[] afterDeletes(byte[] key, byte[] stored) {
    for (PrefixDelete delete : prefixDeletes) {
      boolean visible = VersionBytes.commitTs(stored) <= delete.commitTs();
      if (visible && delete.covers(key) && VersionBytes.isLiveAt(stored, delete.commitTs())) {
        return VersionBytes.tombstone(delete.commitTs()); // what comes after finds the key dead
      }
    }
    return stored;
  }

  /** Adds all records of the batch, but no metadata, to those of a write. */
  void writeTo(BatchRecords batch) {
    records.writeTo(batch);
    long sequence = db.latestSequence();
    UndoWriter undo = new UndoWriter(batch, undoDueTs, sequence);
    for (PendingVersions versions : touched.values()) {
      versions.writeTo(batch, undo, minRetainedTs);
    }
    undo.finish();
    for (Map.Entry<Long, List<byte[]>> due : garbage.entrySet()) {
      batch.put(StoreKeys.garbage(due.getKey(), sequence), StoreRecords.encodeKeys(due.getValue()));
    }
    for (int i = 0; i < prefixDeletes.size(); i++) {
      PrefixDelete delete = prefixDeletes.get(i);
      batch.put(StoreKeys.prefixDelete(delete.commitTs(), i), delete.encode());
    }
  }

  /** To be called once the database holds what {@link #writeTo} has added. */
  void wasWritten() {
    for (PendingVersions versions : touched.values()) {
      cache.put(versions.key(), versions.newest());
    }
  }

  /** A key with its hash, for the map. */
  private static final class Key {

    private final byte[] bytes;
    private final int hash;

    Key(byte[] bytes) {
      this.bytes = bytes;
      this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Key other && hash == other.hash && Arrays.equals(bytes, other.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
