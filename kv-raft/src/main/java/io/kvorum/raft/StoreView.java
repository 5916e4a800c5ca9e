// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.ConflictClass;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.SyncMode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A store that a node hands out: reads go through, each kind of view says what else does. */
abstract class StoreView implements MvccStore {

  private final MvccStore store;

  StoreView(MvccStore store) {
    this.store = store;
  }

  @Override
  public byte @Nullable [] getAt(byte[] key, long ts) {
    return store.getAt(key, ts);
  }

  @Override
  public boolean existsAt(byte[] key, long ts) {
    return store.existsAt(key, ts);
  }

  @Override
  public List<KeyValue> scanAt(KeyRange range, int limit, long ts) {
    return store.scanAt(range, limit, ts);
  }

  @Override
  public List<KeyValue> reverseScanAt(KeyRange range, int limit, long ts) {
    return store.reverseScanAt(range, limit, ts);
  }

  @Override
  public MvccCursor openCursor(KeyRange range, long ts, boolean reverse) {
    return store.openCursor(range, ts, reverse);
  }

  @Override
  public OptionalLong latestCommitTs(byte[] key) {
    return store.latestCommitTs(key);
  }

  @Override
  public long lastCommitTs() {
    return store.lastCommitTs();
  }

  @Override
  public long minRetainedTs() {
    return store.minRetainedTs();
  }

  @Override
  public Map<ConflictClass, Long> writeConflictCounts() {
    return store.writeConflictCounts();
  }

  @Override
  public LogPosition appliedPosition() {
    return store.appliedPosition();
  }

  @Override
  public MvccSnapshot snapshot() {
    return store.snapshot();
  }

  @Override
  public SyncMode syncMode() {
    return store.syncMode();
  }

  /** Why a method is not for this view. */
  abstract KvException refused(String method);

  @Override
  public void applyMutationsRaft(
      LogPosition position,
      List<Mutation> mutations,
      List<byte[]> readKeys,
      long startTs,
      long commitTs) {
    throw refused("applyMutationsRaft");
  }

  @Override
  public void deletePrefixAtRaft(
      LogPosition position, byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    throw refused("deletePrefixAtRaft");
  }

  @Override
  public RaftBatch openRaftBatch() {
    throw refused("openRaftBatch");
  }

  /** The node closes the store. */
  @Override
  public final void close() {
    // Nothing: the view is the caller's, the store is the node's.
  }
}
