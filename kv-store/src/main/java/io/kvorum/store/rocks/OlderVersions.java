// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.store.codec.Link;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. A reference whose due timestamp is at or below the one that is looked for
 * leads too far: what it leads to was replaced by then. So the highest level that does not is nearly
 * always the right one, and one record is read for each step.
 *
 * An undo record may be gone when its due timestamp has passed the watermark. Nobody may read there,
 * so the way ends at it. If it is gone and the watermark has not passed it, the store is damaged.
 */

/**
 * The stored versions of one key below its newest, see the package of {@link StoreKeys}. What was
 * collected is not found; whatever a read at or above the watermark needs is.
 */
final class OlderVersions {

  private final RecordReader records;
  private final byte[] key;
  private final byte[] newest;

  /**
   * @param newest the stored version under the newest key
   */
  OlderVersions(RecordReader records, byte[] key, byte[] newest) {
    this.records = records;
    this.key = key;
    this.newest = newest;
  }

  /** The newest older version at or below {@code ts}, which is below the newest version. */
  byte @Nullable [] at(long ts) {
    byte[] linked = linkedAt(ts);
    byte[] own = historyAt(ts);
    if (own == null || linked == null) {
      return linked == null ? own : linked;
    }
    return VersionBytes.commitTs(own) >= VersionBytes.commitTs(linked) ? own : linked;
  }

  /** As {@link #at}, among those that links lead to. */
  byte @Nullable [] linkedAt(long ts) {
    return replacedBy(lowestLinkedAbove(ts));
  }

  private byte @Nullable [] historyAt(long ts) {
    if (!VersionBytes.hasHistory(newest)) {
      return null;
    }
    try (RecordIterator history =
        records.records(StoreKeys.history(key, ts), StoreKeys.historyEnd(key))) {
      return history.first() ? history.value() : null;
    }
  }

  /** The lowest commit timestamp above {@code ts}, which is below the newest version. */
  long nextTs(long ts) {
    long next = VersionBytes.commitTs(lowestLinkedAbove(ts));
    if (!VersionBytes.hasHistory(newest)) {
      return next;
    }
    byte[] from = StoreKeys.history(key, Long.MAX_VALUE);
    try (RecordIterator history = records.records(from, StoreKeys.history(key, ts))) {
      return history.last() ? Math.min(next, StoreKeys.historyTs(history.key())) : next;
    }
  }

  /** The version that the given one of this key replaced; null when there is none any more. */
  byte @Nullable [] replacedBy(byte[] version) {
    Link link = VersionBytes.link(version);
    return link.depth() == 0 ? null : read(link.refs().get(0), VersionBytes.commitTs(version));
  }

  /** The lowest version above {@code ts} that links lead to, or the newest. */
  private byte[] lowestLinkedAbove(long ts) {
    byte[] above = newest;
    Link link = VersionBytes.link(above);
    int level = link.refs().size() - 1;
    while (level >= 0) {
      UndoRef ref = link.refs().get(level);
      byte[] target = ref.dueTs() <= ts ? null : read(ref, VersionBytes.commitTs(above));
      if (target != null && VersionBytes.commitTs(target) > ts) {
        Link next = VersionBytes.link(target);
        int highest = next.refs().size() - 1;
        // Where a way was begun anew, what is below has more levels, which nobody has tried.
        level = next.depth() < link.depth() ? Math.min(level, highest) : highest;
        above = target;
        link = next;
      } else {
        level--; // it leads too far from here, and so from every version below
      }
    }
    return above;
  }

  /** What a version at {@code ts} refers to; null when it is gone. */
  private byte @Nullable [] read(UndoRef ref, long ts) {
    byte[] record = records.get(StoreKeys.undo(ref.dueTs(), ref.sequence()));
    if (record == null) {
      byte[] timestamps = records.get(StoreKeys.timestamps());
      if (timestamps != null
          && ref.dueTs() <= StoreRecords.decodeTimestamps(timestamps).minRetainedTs()) {
        return null;
      }
      throw damaged(ref, "is missing");
    }
    try {
      UndoRecord.Entry entry = UndoRecord.entry(record, ref.index());
      if (entry == null || !Arrays.equals(entry.key(), key)) {
        throw damaged(ref, "does not hold it");
      }
      if (VersionBytes.commitTs(entry.version()) >= ts) {
        throw damaged(ref, "holds one there that is not older");
      }
      return entry.version();
    } catch (IllegalArgumentException e) {
      throw damaged(ref, "cannot be decoded: " + e.getMessage());
    }
  }

  private RuntimeException damaged(UndoRef ref, String what) {
    String shown = HexFormat.of().formatHex(key, 0, Math.min(key.length, 64));
    return records.damaged(
        "an older version of key " + shown + " stands in undo record " + ref + ", which " + what);
  }
}
