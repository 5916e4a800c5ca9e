// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.ConflictCounters;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.VersionBytes;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A raft batch: holds the write mutex from its opening to its end. */
final class RocksRaftBatch implements RaftBatch {

  private static final long PREFETCH_BYTES = 4L * 1024 * 1024;

  private final LiveEngine live;
  private final Engine engine;
  private final ConflictCounters conflicts;
  private final PendingBatch pending;
  private boolean ended;

  /** By the thread that holds the write mutex, which the end of the batch gives back. */
  RocksRaftBatch(LiveEngine live, ConflictCounters conflicts) {
    this.live = live;
    this.engine = live.get();
    this.conflicts = conflicts;
    this.pending = engine.begin();
  }

  @Override
  public byte @Nullable [] getAt(byte[] key, long ts) {
    ArgumentChecks.readKey(key);
    ArgumentChecks.timestamp(ts, "ts");
    return call(
        () -> {
          byte[] version = liveAt(key, ts);
          return version == null ? null : VersionBytes.value(key, version);
        });
  }

  @Override
  public @Nullable LargeReference largeAt(byte[] key, long ts) {
    ArgumentChecks.readKey(key);
    ArgumentChecks.timestamp(ts, "ts");
    return call(
        () -> {
          byte[] version = liveAt(key, ts);
          return version != null && VersionBytes.isLarge(version)
              ? VersionBytes.reference(version)
              : null;
        });
  }

  private byte @Nullable [] liveAt(byte[] key, long ts) {
    checkReadable(ts);
    byte[] version = pending.versionAt(key, ts);
    return version != null && VersionBytes.isLiveAt(version, ts) ? version : null;
  }

  @Override
  public OptionalLong latestCommitTs(byte[] key) {
    ArgumentChecks.readKey(key);
    return call(
        () -> {
          byte[] newest = pending.newest(key);
          return newest == null
              ? OptionalLong.empty()
              : OptionalLong.of(VersionBytes.commitTs(newest));
        });
  }

  @Override
  public long lastCommitTs() {
    return call(pending::lastCommitTs);
  }

  @Override
  public long approximateBytes() {
    return call(pending::approximateBytes);
  }

  @Override
  public void prefetch(List<byte[]> keys) {
    run(() -> pending.prefetch(keys, PREFETCH_BYTES));
  }

  @Override
  public void applyMutationsRaft(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    ArgumentChecks.OF_LOG.apply(mutations, readKeys, startTs, commitTs);
    run(
        () -> {
          ArgumentChecks.aboveWatermark(commitTs, pending.minRetainedTs());
          Mutations.apply(pending, mutations, readKeys, startTs, commitTs, conflicts);
        });
  }

  @Override
  public void putLargeRaft(byte[] key, LargeReference large, long commitTs, long expireAt) {
    ArgumentChecks.large(key, large, commitTs, expireAt);
    run(
        () -> {
          ArgumentChecks.aboveWatermark(commitTs, pending.minRetainedTs());
          pending.write(key, VersionBytes.large(commitTs, large, expireAt));
        });
  }

  @Override
  public void deletePrefixAtRaft(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    ArgumentChecks.prefix(prefix, excludePrefix);
    ArgumentChecks.timestamp(commitTs, "commitTs");
    run(
        () -> {
          ArgumentChecks.aboveWatermark(commitTs, pending.minRetainedTs());
          byte[] exclude = excludePrefix == null ? null : excludePrefix.clone();
          pending.deletePrefix(new PrefixDelete(prefix.clone(), exclude, commitTs));
        });
  }

  @Override
  public void checkMutationsRaft(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    ArgumentChecks.OF_LOG.apply(mutations, readKeys, startTs, commitTs);
    run(
        () -> {
          ArgumentChecks.aboveWatermark(commitTs, pending.minRetainedTs());
          Mutations.check(pending, mutations, readKeys, startTs, conflicts);
        });
  }

  @Override
  public byte @Nullable [] firstKeyChangedAfter(KeyRange range, long ts, int maxKeys) {
    ArgumentChecks.range(range);
    ArgumentChecks.timestamp(ts, "ts");
    return call(
        () -> {
          checkReadable(ts);
          return RangeCheck.firstKeyChangedAfter(pending, range, ts, maxKeys);
        });
  }

  @Override
  public void advanceTo(long commitTs) {
    ArgumentChecks.timestamp(commitTs, "commitTs");
    run(() -> pending.commitsAt(commitTs));
  }

  @Override
  public long minRetainedTs() {
    return call(pending::minRetainedTs);
  }

  @Override
  public void setMinRetainedTs(long ts) {
    ArgumentChecks.timestamp(ts, "ts");
    run(() -> pending.raiseWatermark(ts));
  }

  private void checkReadable(long ts) {
    if (ts < pending.minRetainedTs()) {
      throw new ReadTimestampCompactedException(ts, pending.minRetainedTs());
    }
  }

  @Override
  public byte @Nullable [] getRecord(byte[] key) {
    ArgumentChecks.recordKey(key);
    return call(() -> pending.records().get(key));
  }

  @Override
  public void putRecord(byte[] key, byte[] value) {
    ArgumentChecks.recordKey(key);
    ArgumentChecks.recordValue(value);
    run(() -> pending.records().put(key, value));
  }

  @Override
  public void deleteRecord(byte[] key) {
    ArgumentChecks.recordKey(key);
    run(() -> pending.records().delete(key));
  }

  @Override
  public void deleteRecords(KeyRange range) {
    ArgumentChecks.range(range);
    run(() -> pending.records().delete(range));
  }

  @Override
  public List<KeyValue> scanRecords(KeyRange range, int limit) {
    ArgumentChecks.range(range);
    return call(() -> pending.records().scan(range, limit));
  }

  @Override
  public void commit(LogPosition position) {
    run(
        () -> {
          ArgumentChecks.advances(position, engine.applied());
          engine.commitRaft(pending, position);
        });
    close();
  }

  private void run(Runnable action) {
    call(
        () -> {
          action.run();
          return true;
        });
  }

  private <T extends @Nullable Object> T call(Supplier<T> action) {
    if (ended) {
      throw new IllegalStateException("the batch has ended");
    }
    live.enter();
    try {
      return action.get();
    } finally {
      live.exit();
    }
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      live.endWriting();
    }
  }
}
