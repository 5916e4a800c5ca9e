// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.WriteConflictException;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.ConflictCounters;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A content of its own that the store takes over at {@link #commit}. Holds the writers' turn. */
final class MemoryRaftBatch implements RaftBatch, Handles.Handle {

  private final ConflictCounters conflicts;
  private final Consumer<Content> publish;
  private final Consumer<MemoryRaftBatch> release;

  // Guarded by this.
  private Content content;
  private boolean ended;

  /**
   * A batch on top of this content.
   *
   * @param publish called by a commit, at most once
   * @param release called when the batch ends, once
   */
  MemoryRaftBatch(
      Content content,
      ConflictCounters conflicts,
      Consumer<Content> publish,
      Consumer<MemoryRaftBatch> release) {
    this.content = content;
    this.conflicts = conflicts;
    this.publish = publish;
    this.release = release;
  }

  @Override
  public synchronized byte @Nullable [] getAt(byte[] key, long ts) {
    checkOpen();
    ArgumentChecks.readKey(key);
    ArgumentChecks.timestamp(ts, "ts");
    Version version = content.visibleAt(key, ts);
    return version == null ? null : version.copy(key);
  }

  @Override
  public synchronized @Nullable LargeReference largeAt(byte[] key, long ts) {
    checkOpen();
    ArgumentChecks.readKey(key);
    ArgumentChecks.timestamp(ts, "ts");
    Version version = content.visibleAt(key, ts);
    return version == null ? null : version.large();
  }

  @Override
  public synchronized void putLargeRaft(
      byte[] key, LargeReference large, long commitTs, long expireAt) {
    checkOpen();
    ArgumentChecks.large(key, large, commitTs, expireAt);
    content = content.write(key, Version.large(commitTs, expireAt, large));
  }

  @Override
  public synchronized OptionalLong latestCommitTs(byte[] key) {
    checkOpen();
    ArgumentChecks.readKey(key);
    return content.latestCommitTs(key);
  }

  @Override
  public synchronized long lastCommitTs() {
    checkOpen();
    return content.lastCommitTs();
  }

  /** Nothing of its own: old and new content share what is the same. */
  @Override
  public synchronized long approximateBytes() {
    checkOpen();
    return 0;
  }

  @Override
  public synchronized void prefetch(List<byte[]> keys) {
    checkOpen(); // everything is in memory
  }

  @Override
  public synchronized void applyMutationsRaft(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    checkOpen();
    ArgumentChecks.OF_LOG.apply(mutations, readKeys, startTs, commitTs);
    try {
      content = content.apply(mutations, readKeys, startTs, commitTs);
    } catch (WriteConflictException e) {
      conflicts.add(e.kind(), e.key());
      throw e;
    }
  }

  @Override
  public synchronized void deletePrefixAtRaft(
      byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    checkOpen();
    ArgumentChecks.prefix(prefix, excludePrefix);
    ArgumentChecks.timestamp(commitTs, "commitTs");
    content = content.deletePrefix(prefix, excludePrefix, commitTs);
  }

  @Override
  public synchronized void checkMutationsRaft(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    checkOpen();
    ArgumentChecks.OF_LOG.apply(mutations, readKeys, startTs, commitTs);
    try {
      content.check(mutations, readKeys, startTs, commitTs);
    } catch (WriteConflictException e) {
      conflicts.add(e.kind(), e.key());
      throw e;
    }
  }

  @Override
  public synchronized byte @Nullable [] firstKeyChangedAfter(KeyRange range, long ts, int maxKeys) {
    checkOpen();
    ArgumentChecks.range(range);
    ArgumentChecks.timestamp(ts, "ts");
    return content.firstKeyChangedAfter(range, ts, maxKeys);
  }

  @Override
  public synchronized void advanceTo(long commitTs) {
    checkOpen();
    ArgumentChecks.timestamp(commitTs, "commitTs");
    content = content.advanceTo(commitTs);
  }

  @Override
  public synchronized long minRetainedTs() {
    checkOpen();
    return content.minRetainedTs();
  }

  @Override
  public synchronized void setMinRetainedTs(long ts) {
    checkOpen();
    ArgumentChecks.timestamp(ts, "ts");
    content = content.raiseWatermark(ts);
  }

  @Override
  public synchronized byte @Nullable [] getRecord(byte[] key) {
    checkOpen();
    ArgumentChecks.recordKey(key);
    byte[] value = content.records().get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public synchronized void putRecord(byte[] key, byte[] value) {
    checkOpen();
    ArgumentChecks.recordKey(key);
    ArgumentChecks.recordValue(value);
    content = content.putRecord(key, value);
  }

  @Override
  public synchronized void deleteRecord(byte[] key) {
    checkOpen();
    ArgumentChecks.recordKey(key);
    content = content.deleteRecord(key);
  }

  @Override
  public synchronized void deleteRecords(KeyRange range) {
    checkOpen();
    ArgumentChecks.range(range);
    content = content.deleteRecords(range);
  }

  @Override
  public synchronized List<KeyValue> scanRecords(KeyRange range, int limit) {
    checkOpen();
    ArgumentChecks.range(range);
    return content.scanRecords(range, limit);
  }

  @Override
  public synchronized void commit(LogPosition position) {
    checkOpen();
    publish.accept(content.appliedTo(position));
    close();
  }

  @Override
  public synchronized void close() {
    if (!ended) {
      ended = true;
      release.accept(this);
    }
  }

  private void checkOpen() {
    if (ended) {
      throw new IllegalStateException("the raft batch has ended");
    }
  }
}
