// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.VersionBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. What a write has replaced goes by one range delete. For the rest F3 says where
 * garbage is, so the work follows the garbage, not the data. Two things keep it linear for a key that
 * very many garbage records name: the keys of the last part of this run are remembered, so that the
 * second record of a key does not look again at what the first has just deleted; and the walk over the
 * garbage records goes on where it stopped, so that it never steps over its own tombstones. The memory
 * is bounded; a key that falls out of it is looked at again, which is slower and does no harm.
 */

/** Deletes the versions that no read at or above the watermark can see. Called under the mutex. */
final class Collector {

  private static final int RECORDS_PER_STEP = 256;
  private static final int DELETES_PER_BATCH = 4_096;
  private static final int REMEMBERED_KEYS = 16_384;

  private static final byte[] FIRST = StoreKeys.garbage(0, 0);

  private final Database db;

  /** Garbage due before this was collected. */
  private byte[] from = FIRST;

  /** Undo records from here on were deleted. */
  private byte[] undoTo = StoreKeys.undoLast();

  /** Keys that were collected at {@link #rememberedAt}. */
  private final Map<ByteBuffer, Boolean> remembered =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
          return size() > REMEMBERED_KEYS;
        }
      };

  private long rememberedAt = -1;

  Collector(Database db) {
    this.db = db;
  }

  /**
   * Handles the next garbage records that are due at {@code watermark}; false when none is left.
   */
  boolean collectSome(long watermark, Engine engine) {
    if (watermark == 0) {
      from = FIRST; // writes at 0 are still allowed, so new garbage may be due there
    }
    if (rememberedAt != watermark || watermark == 0) {
      remembered.clear();
      rememberedAt = watermark;
    }
    deleteUndo(watermark, engine);
    Deletes deletes = new Deletes(engine);
    byte[] last = null;
    int records = 0;
    try (RecordIterator due = db.records(from, StoreKeys.garbageAfter(watermark))) {
      boolean more = due.first();
      for (; more && records < RECORDS_PER_STEP; more = due.next()) {
        for (byte[] key : StoreRecords.decodeKeys(due.value())) {
          if (remembered.put(ByteBuffer.wrap(key), true) == null) {
            collect(key, watermark, deletes);
          }
        }
        last = due.key();
        deletes.add(last);
        records++;
      }
      deletes.write();
      if (!more) {
        from = StoreKeys.garbageAfter(watermark);
      } else if (last != null) {
        from = last;
      }
      return more;
    }
  }

  /** Deletes the versions that were replaced at or below the watermark, all by one record. */
  private void deleteUndo(long watermark, Engine engine) {
    byte[] from = StoreKeys.undoDueAt(watermark);
    try (RecordIterator due = db.records(from, undoTo)) {
      if (due.first()) {
        engine.deleteRepeatable(from, undoTo);
      }
    }
    undoTo = from;
  }

  /** Deletes the records of one key that the watermark makes invisible. */
  private void collect(byte[] key, long watermark, Deletes deletes) {
    byte[] newestKey = StoreKeys.newest(key);
    byte[] newest = db.get(newestKey);
    if (newest == null) {
      return;
    }
    boolean newestDecides = VersionBytes.commitTs(newest) <= watermark;
    if (VersionBytes.hasHistory(newest)) {
      collectHistory(key, newest, newestDecides, watermark, deletes);
    }
    // Last: a batch that ends before it must not leave an older version without a newest (F1).
    if (newestDecides && !VersionBytes.isLiveAt(newest, watermark)) {
      deletes.add(newestKey);
    }
  }

  private void collectHistory(
      byte[] key, byte[] newest, boolean newestDecides, long watermark, Deletes deletes) {
    byte[] linked = newestDecides ? null : new OlderVersions(db, key, newest).linkedAt(watermark);
    byte[] dead = null;
    try (RecordIterator history =
        db.records(StoreKeys.history(key, watermark), StoreKeys.historyEnd(key))) {
      boolean more = history.first();
      if (more && !newestDecides && decides(history.value(), linked)) {
        // While a linked version stands below it, it hides that, dead or not.
        boolean live = VersionBytes.isLiveAt(history.value(), watermark);
        dead = live || linked != null ? null : history.key();
        more = history.next();
      }
      for (; more; more = history.next()) {
        deletes.add(history.key());
      }
    }
    if (dead != null) {
      deletes.add(dead); // last: a batch that ends before it must not uncover an older version
    }
  }

  private static boolean decides(byte[] own, byte @Nullable [] linked) {
    return linked == null || VersionBytes.commitTs(own) >= VersionBytes.commitTs(linked);
  }

  /** Deletes of records, written in bounded batches. */
  private static final class Deletes {

    private final Engine engine;
    private List<byte[]> keys = new ArrayList<>();

    Deletes(Engine engine) {
      this.engine = engine;
    }

    void add(byte[] key) {
      keys.add(key);
      if (keys.size() >= DELETES_PER_BATCH) {
        write();
      }
    }

    void write() {
      if (!keys.isEmpty()) {
        engine.writeRepeatable(engine.begin(), keys);
        keys = new ArrayList<>();
      }
    }
  }
}
