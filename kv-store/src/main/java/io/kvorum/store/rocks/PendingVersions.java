// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.store.codec.Link;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. Versions at or above the stored newest one form the way of links: all but
 * the highest go into undo records, the stored one first. What is written below it cannot be put
 * into a way that stands already, so it gets a record of its own.
 */

/** What a batch knows of one key: the stored newest version, and those it writes. */
final class PendingVersions {

  private final RecordReader stored;
  private final byte[] key;
  private final byte @Nullable [] storedNewest;
  private byte @Nullable [] newest;
  private boolean newestIsNew;

  /** Below the newest, at or above the stored newest, by commit timestamp; null for none. */
  private @Nullable NavigableMap<Long, byte[]> replaced;

  /** Below the stored newest, by commit timestamp; null for none. */
  private @Nullable NavigableMap<Long, byte[]> late;

  /** Takes both arrays. */
  PendingVersions(RecordReader stored, byte[] key, byte @Nullable [] storedNewest) {
    this.stored = stored;
    this.key = key;
    this.storedNewest = storedNewest;
    this.newest = storedNewest;
  }

  byte[] key() {
    return key;
  }

  /** The newest version; null for none. */
  byte @Nullable [] newest() {
    return newest;
  }

  /** Whether the batch has written the newest version. */
  boolean newestIsNew() {
    return newestIsNew;
  }

  /** Whether a version will have to go into an undo record. */
  boolean hasReplaced() {
    return replaced != null;
  }

  /** Whether a version at {@code ts} gets a record of its own. */
  boolean isLate(long ts) {
    return storedNewest != null && ts < VersionBytes.commitTs(storedNewest);
  }

  /** The lowest commit timestamp above {@code ts}, which is late. */
  long nextTs(long ts) {
    Long pending = late == null ? null : late.higherKey(ts);
    long next = older().nextTs(ts);
    return pending == null ? next : Math.min(next, pending);
  }

  /** Of the stored newest version, which must be there. */
  private OlderVersions older() {
    if (storedNewest == null) {
      throw new IllegalStateException("nothing is stored under the key");
    }
    return new OlderVersions(stored, key, storedNewest);
  }

  /** The version that decides a read at {@code ts}; null when there is none. */
  byte @Nullable [] at(long ts) {
    if (newest == null || VersionBytes.commitTs(newest) <= ts) {
      return newest;
    }
    Map.Entry<Long, byte[]> above = replaced == null ? null : replaced.floorEntry(ts);
    if (above != null) {
      return above.getValue();
    }
    if (storedNewest == null) {
      return null;
    }
    // Here ts is below the stored newest version too: if that was replaced, the map above has it.
    Map.Entry<Long, byte[]> pending = late == null ? null : late.floorEntry(ts);
    byte[] below = older().at(ts);
    if (pending == null) {
      return below;
    }
    boolean storedIsNewer = below != null && VersionBytes.commitTs(below) > pending.getKey();
    return storedIsNewer ? below : pending.getValue();
  }

  /**
   * Adds a version without a link. Its place is decided by timestamps alone: above the newest it
   * becomes the newest, at an existing timestamp it replaces, below it is an older one.
   */
  void add(byte[] version) {
    long ts = VersionBytes.commitTs(version);
    if (isLate(ts)) {
      late = put(late, version);
    } else if (newest != null && ts < VersionBytes.commitTs(newest)) {
      replaced = put(replaced, version);
    } else {
      if (newest != null && VersionBytes.commitTs(newest) < ts) {
        replaced = put(replaced, newest);
      }
      newest = version;
      newestIsNew = true;
    }
  }

  private static NavigableMap<Long, byte[]> put(
      @Nullable NavigableMap<Long, byte[]> versions, byte[] version) {
    NavigableMap<Long, byte[]> map = versions == null ? new TreeMap<>() : versions;
    map.put(VersionBytes.commitTs(version), version);
    return map;
  }

  /**
   * Adds the records of the key to a write.
   *
   * @param watermark what only older reads need is not linked any more
   */
  void writeTo(BatchRecords batch, UndoWriter undo, long watermark) {
    if (late != null) {
      for (Map.Entry<Long, byte[]> older : late.entrySet()) {
        batch.put(StoreKeys.history(key, older.getKey()), older.getValue());
      }
    }
    boolean storedHasHistory = storedNewest != null && VersionBytes.hasHistory(storedNewest);
    boolean hasHistory = late != null || storedHasHistory;
    Link link = storedNewest == null ? Link.NONE : VersionBytes.link(storedNewest);
    if (replaced != null) {
      for (byte[] older : replaced.values()) {
        UndoRef ref = undo.add(key, withLink(older, link, false));
        link = restart(link, watermark).next(ref);
      }
    }
    byte[] last = newest;
    if (last != null && (newestIsNew || hasHistory != storedHasHistory)) {
      newest = withLink(last, link, hasHistory);
      batch.put(StoreKeys.newest(key), newest);
    }
  }

  /** What is stored keeps the link that it has. */
  @SuppressWarnings("ReferenceEquality")
  private byte[] withLink(byte[] version, Link link, boolean hasHistory) {
    if (version == storedNewest) {
      return hasHistory ? VersionBytes.withHistory(version) : version;
    }
    return VersionBytes.stored(version, link, hasHistory);
  }

  private static Link restart(Link link, long watermark) {
    boolean ends = link.depth() > 0 && link.refs().get(0).dueTs() <= watermark;
    return ends ? Link.NONE : link;
  }
}
