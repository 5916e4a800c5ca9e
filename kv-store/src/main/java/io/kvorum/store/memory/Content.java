// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.ConflictKind;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.WriteConflictException;
import io.kvorum.store.ArgumentChecks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Everything a store holds, at one point in time. Immutable: each change returns the next content
 * or throws, so what is refused half way has changed nothing. Arguments were checked before, but
 * for those that depend on the content.
 */
record Content(
    TreePMap<byte[], History> keys,
    TreePMap<byte[], byte[]> records,
    long lastCommitTs,
    long minRetainedTs,
    LogPosition applied) {

  static final Content EMPTY =
      new Content(
          TreePMap.empty(Arrays::compareUnsigned),
          TreePMap.empty(Arrays::compareUnsigned),
          0,
          0,
          LogPosition.NONE);

  // ---- reads -------------------------------------------------------------------------------

  void checkReadable(long ts) {
    if (ts < minRetainedTs) {
      throw new ReadTimestampCompactedException(ts, minRetainedTs);
    }
  }

  /** What a read at {@code ts} sees of the key; null when nothing. */
  @Nullable Version visibleAt(byte[] key, long ts) {
    checkReadable(ts);
    History history = keys.get(key);
    return history == null ? null : history.visibleAt(ts);
  }

  OptionalLong latestCommitTs(byte[] key) {
    History history = keys.get(key);
    return history == null ? OptionalLong.empty() : OptionalLong.of(history.newest().commitTs());
  }

  // ---- writes ------------------------------------------------------------------------------

  Content write(byte[] key, Version version) {
    ArgumentChecks.aboveWatermark(version.commitTs(), minRetainedTs);
    return with(plus(keys, key.clone(), version), version.commitTs());
  }

  /** This same object when nothing is visible. */
  Content expire(byte[] key, long expireAt, long commitTs) {
    ArgumentChecks.aboveWatermark(commitTs, minRetainedTs);
    Version visible = visibleAt(key, commitTs);
    return visible == null ? this : write(key, visible.expiringAt(key, expireAt, commitTs));
  }

  Content apply(List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    check(mutations, readKeys, startTs, commitTs);
    TreePMap<byte[], History> next = keys;
    for (Mutation mutation : mutations) {
      Version version =
          mutation instanceof Mutation.Put put
              ? Version.live(commitTs, put.expireAt(), put.value().clone())
              : Version.tombstone(commitTs);
      next = plus(next, mutation.key().clone(), version);
    }
    // Nothing written: lastCommitTs is the highest timestamp that was.
    return mutations.isEmpty() ? this : with(next, commitTs);
  }

  /** What an apply checks before it writes. */
  void check(List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    ArgumentChecks.aboveWatermark(commitTs, minRetainedTs);
    for (Mutation mutation : mutations) {
      checkUnchanged(ConflictKind.WRITE, mutation.key(), startTs);
    }
    for (byte[] key : readKeys) {
      checkUnchanged(ConflictKind.READ, key, startTs);
    }
  }

  Content deletePrefix(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    ArgumentChecks.aboveWatermark(commitTs, minRetainedTs);
    TreePMap<byte[], History> next = keys;
    Map.Entry<byte[], History> entry = keys.ceilingEntry(prefix);
    while (entry != null && startsWith(entry.getKey(), prefix)) {
      boolean excluded = excludePrefix != null && startsWith(entry.getKey(), excludePrefix);
      if (!excluded && entry.getValue().visibleAt(commitTs) != null) {
        next = plus(next, entry.getKey(), Version.tombstone(commitTs));
      }
      entry = keys.higherEntry(entry.getKey());
    }
    return with(next, commitTs);
  }

  /** See {@link io.kvorum.api.RaftBatch#firstKeyChangedAfter}. */
  byte @Nullable [] firstKeyChangedAfter(KeyRange range, long ts, int maxKeys) {
    checkReadable(ts);
    int visible = 0;
    byte[] start = range.start();
    var entry = range.isEmpty() ? null : keys.ceilingEntry(start == null ? new byte[0] : start);
    while (entry != null && range.contains(entry.getKey())) {
      if (entry.getValue().newest().commitTs() > ts) {
        return entry.getKey().clone();
      }
      if (entry.getValue().newest().liveAt(ts) && ++visible > maxKeys) {
        throw ArgumentChecks.tooManyKeys(range, maxKeys);
      }
      entry = keys.higherEntry(entry.getKey());
    }
    return null;
  }

  Content advanceTo(long commitTs) {
    return commitTs <= lastCommitTs ? this : with(keys, commitTs);
  }

  Content raiseWatermark(long ts) {
    return ts <= minRetainedTs ? this : new Content(keys, records, lastCommitTs, ts, applied);
  }

  Content appliedTo(LogPosition position) {
    ArgumentChecks.advances(position, applied);
    return new Content(keys, records, lastCommitTs, minRetainedTs, position);
  }

  /** Without what no read at or above {@code ts} can see of this key. */
  @SuppressWarnings("ReferenceEquality") // a history that loses nothing returns itself
  Content compact(byte[] key, long ts) {
    History history = keys.get(key);
    if (history == null) {
      return this;
    }
    History left = history.compactedTo(ts);
    if (left == history) {
      return this;
    }
    return new Content(
        left == null ? keys.minus(key) : keys.plus(key, left),
        records,
        lastCommitTs,
        minRetainedTs,
        applied);
  }

  /** See {@link io.kvorum.api.CheckpointableStore#nextGarbageTs}. Looks at everything. */
  OptionalLong nextGarbageTs(long ts) {
    return keys.values().stream()
        .flatMapToLong(history -> history.garbageTs())
        .filter(due -> due > ts)
        .min();
  }

  // ---- state records -----------------------------------------------------------------------

  Content putRecord(byte[] key, byte[] value) {
    return withRecords(records.plus(key.clone(), value.clone()));
  }

  Content deleteRecord(byte[] key) {
    return withRecords(records.minus(key));
  }

  Content deleteRecords(KeyRange range) {
    TreePMap<byte[], byte[]> next = records;
    byte[] start = range.start();
    var entry = range.isEmpty() ? null : records.ceilingEntry(start == null ? new byte[0] : start);
    while (entry != null && range.contains(entry.getKey())) {
      next = next.minus(entry.getKey());
      entry = records.higherEntry(entry.getKey());
    }
    return withRecords(next);
  }

  List<KeyValue> scanRecords(KeyRange range, int limit) {
    List<KeyValue> found = new ArrayList<>();
    byte[] start = range.start();
    var entry = range.isEmpty() ? null : records.ceilingEntry(start == null ? new byte[0] : start);
    while (entry != null && found.size() < limit && range.contains(entry.getKey())) {
      found.add(new KeyValue(entry.getKey().clone(), entry.getValue().clone()));
      entry = records.higherEntry(entry.getKey());
    }
    return found;
  }

  private Content withRecords(TreePMap<byte[], byte[]> next) {
    return new Content(keys, next, lastCommitTs, minRetainedTs, applied);
  }

  private void checkUnchanged(ConflictKind kind, byte[] key, long startTs) {
    History history = keys.get(key);
    if (history != null && history.newest().commitTs() > startTs) {
      throw new WriteConflictException(kind, key, startTs, history.newest().commitTs());
    }
  }

  private Content with(TreePMap<byte[], History> next, long commitTs) {
    return new Content(next, records, Math.max(lastCommitTs, commitTs), minRetainedTs, applied);
  }

  private static TreePMap<byte[], History> plus(
      TreePMap<byte[], History> keys, byte[] ownedKey, Version version) {
    History history = keys.get(ownedKey);
    return keys.plus(ownedKey, history == null ? History.of(version) : history.plus(version));
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
