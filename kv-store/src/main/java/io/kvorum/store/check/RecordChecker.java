// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.check;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.StoreRecords.Timestamps;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.VersionBytes;
import io.kvorum.store.rocks.StoredRecords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. Records arrive in the order of their first byte: d, g, h, m, n, s, u. So the
 * garbage index is known when the versions come by; a history record asks for its newest record by
 * key. The history records of one key arrive newest first, so what is next above one is the one
 * before it, or a linked version in between.
 */

/** Takes the records of a store in key order and keeps what breaks an invariant of the format. */
final class RecordChecker {

  static final int MAX_PROBLEMS = 100;

  private final StoredRecords records;
  private final Timestamps timestamps;
  private final List<String> problems = new ArrayList<>();
  private long keys;
  private long versions;

  /** Hashes of (due timestamp, key) of all garbage records; two that collide hide a problem. */
  private final Set<Long> garbage = new HashSet<>();

  private final Set<Integer> ordinals = new HashSet<>();

  /** Of the history records under way. */
  private byte @Nullable [] historyKey;

  /** The commit timestamps of that key's versions, as far as they are known. */
  private final NavigableSet<Long> above = new TreeSet<>();

  RecordChecker(StoredRecords records) {
    this.records = records;
    byte[] times = records.get(StoreKeys.timestamps());
    this.timestamps =
        times == null || times.length != 16
            ? Timestamps.ZERO
            : StoreRecords.decodeTimestamps(times);
  }

  StoreCheck.Report report() {
    return new StoreCheck.Report(keys, versions, List.copyOf(problems));
  }

  void check(byte[] key, byte[] value) {
    switch (key[0]) {
      case 'd' -> prefixDelete(key, value);
      case 'g' -> garbage(key, value);
      case 'h' -> older(key, value);
      case 'm' -> metadata(key, value);
      case 'n' -> newest(key, value);
      case 's' -> state(key, value);
      case 'u' -> undo(key, value);
      default -> problem(key, "is in no known space");
    }
  }

  private void prefixDelete(byte[] key, byte[] value) {
    try {
      PrefixDelete delete = PrefixDelete.decode(StoreKeys.prefixDeleteTs(key), value);
      if (delete.commitTs() > timestamps.lastCommitTs()) {
        problem(key, "is above lastCommitTs (F5)");
      }
      int ordinal = StoreKeys.prefixDeleteOrdinal(key);
      if (ordinal < 0 || !ordinals.add(ordinal)) {
        problem(key, "has ordinal " + ordinal + ", which another one of its batch has (F4)");
      }
    } catch (RuntimeException e) {
      problem(key, "is no prefix delete: " + e.getMessage());
    }
  }

  private void garbage(byte[] key, byte[] value) {
    try {
      long due = StoreKeys.garbageTs(key);
      for (byte[] userKey : StoreRecords.decodeKeys(value)) {
        garbage.add(hash(due, userKey));
      }
    } catch (RuntimeException e) {
      problem(key, "is no garbage record: " + e.getMessage());
    }
  }

  private void older(byte[] key, byte[] value) {
    byte[] userKey = StoreKeys.userKeyOfHistory(key);
    if (userKey == null || !VersionBytes.isWellFormed(value)) {
      problem(key, userKey == null ? "has a key that cannot be decoded" : "is no version");
      return;
    }
    long ts = StoreKeys.historyTs(key);
    if (ts != VersionBytes.commitTs(value)) {
      problem(key, "says " + VersionBytes.commitTs(value) + " inside, " + ts + " in its key (F2)");
    }
    if (historyKey == null || !Arrays.equals(historyKey, userKey)) {
      byte[] newest = records.get(StoreKeys.newest(userKey));
      above.clear();
      if (newest != null && VersionBytes.isWellFormed(newest)) {
        above.addAll(new LinkedVersions(records, timestamps, userKey).commitTimestamps(newest));
      }
      if (newest == null || above.isEmpty() || above.last() <= ts) {
        problem(key, "has no newer version as its key's newest (F1)");
      } else if (!VersionBytes.hasHistory(newest)) {
        problem(key, "is not announced by its key's newest version (F1)");
      }
    }
    Long next = above.higher(ts);
    if (next != null) {
      mustBeIndexed(key, next, userKey, "has an older version");
    }
    if (above.add(ts)) {
      versions++; // not one that stands in place of a linked version
    }
    historyKey = userKey;
    version(key, userKey, value);
  }

  private void newest(byte[] key, byte[] value) {
    keys++;
    versions++;
    byte[] userKey = StoreKeys.userKeyOfNewest(key);
    if (userKey.length == 0 || userKey.length > MvccStore.MAX_KEY_BYTES) {
      problem(key, "has a user key of " + userKey.length + " bytes");
    }
    if (!VersionBytes.isWellFormed(value)) {
      problem(key, "is no version");
      return;
    }
    version(key, userKey, value);
    LinkedVersions linked = new LinkedVersions(records, timestamps, userKey);
    versions += linked.visibleOlder(value);
    for (String found : linked.problems()) {
      problem(key, found + " (F6)");
    }
  }

  private void undo(byte[] key, byte[] value) {
    try {
      long due = StoreKeys.undoTs(key);
      for (UndoRecord.Entry entry : UndoRecord.entries(value)) {
        if (!VersionBytes.isWellFormed(entry.version())) {
          problem(key, "holds bytes that are no version");
        } else if (VersionBytes.commitTs(entry.version()) >= due) {
          problem(key, "is due when one of its versions was not replaced yet (F6)");
        }
      }
    } catch (RuntimeException e) {
      problem(key, "is no undo record: " + e.getMessage());
    }
  }

  private void version(byte[] key, byte[] userKey, byte[] version) {
    long ts = VersionBytes.commitTs(version);
    if (ts > timestamps.lastCommitTs()) {
      problem(key, "has commit timestamp " + ts + ", above lastCommitTs (F5)");
    }
    if (VersionBytes.isTombstone(version)) {
      mustBeIndexed(key, ts, userKey, "is a tombstone");
    } else if (VersionBytes.expireAt(version) != 0) {
      mustBeIndexed(key, Math.max(ts, VersionBytes.expireAt(version)), userKey, "expires");
    }
  }

  /** F3; what the watermark has passed may have been collected. */
  private void mustBeIndexed(byte[] key, long due, byte[] userKey, String why) {
    if (due > timestamps.minRetainedTs() && !garbage.contains(hash(due, userKey))) {
      problem(key, why + ", but no garbage record due at " + due + " names it (F3)");
    }
  }

  /** Its bytes are the state machine's; only its size is this format's. */
  private void state(byte[] key, byte[] value) {
    int keyLength = StoreKeys.recordKeyOfState(key).length;
    if (keyLength == 0 || keyLength > CheckpointableStore.MAX_RECORD_KEY_BYTES) {
      problem(key, "has a record key of " + keyLength + " bytes");
    }
    if (value.length > CheckpointableStore.MAX_RECORD_VALUE_BYTES) {
      problem(key, "has a record value of " + value.length + " bytes");
    }
  }

  private void metadata(byte[] key, byte[] value) {
    boolean position = Arrays.equals(key, StoreKeys.applied());
    boolean times = Arrays.equals(key, StoreKeys.timestamps());
    if (!position && !times && !Arrays.equals(key, StoreKeys.format())) {
      problem(key, "is no known metadata");
    } else if ((position || times) && value.length != 16) {
      problem(key, "has " + value.length + " bytes, not 16");
    } else if (position && StoreRecords.decodePosition(value).compareTo(LogPosition.NONE) < 0) {
      problem(key, "is no log position");
    }
  }

  private void problem(byte[] key, String what) {
    if (problems.size() < MAX_PROBLEMS) {
      String shown = HexFormat.of().formatHex(key, 0, Math.min(key.length, 64));
      problems.add("record " + shown + " " + what);
    }
  }

  /** FNV-1a, 64 bits. */
  private static long hash(long due, byte[] userKey) {
    long hash = 0xcbf29ce484222325L ^ due;
    for (byte b : userKey) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
    }
    return hash;
  }
}
