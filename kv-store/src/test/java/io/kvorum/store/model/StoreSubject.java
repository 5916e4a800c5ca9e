// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.RaftBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store under the actions. */
final class StoreSubject implements Subject {

  private final Path scratch;
  private final @Nullable Supplier<CheckpointableStore> opener;
  private CheckpointableStore store;
  private int checkpoints;

  /**
   * Takes the store over.
   *
   * @param scratch an existing directory for checkpoints
   * @param opener opens the store again after a close; null when it has no disk
   */
  StoreSubject(
      CheckpointableStore store, Path scratch, @Nullable Supplier<CheckpointableStore> opener) {
    this.store = store;
    this.scratch = scratch;
    this.opener = opener;
  }

  @Override
  public void put(byte[] key, byte[] value, long commitTs, long expireAt) {
    store.putAt(key, value, commitTs, expireAt);
  }

  @Override
  public void delete(byte[] key, long commitTs) {
    store.deleteAt(key, commitTs);
  }

  @Override
  public boolean expire(byte[] key, long expireAt, long commitTs) {
    return store.expireAt(key, expireAt, commitTs);
  }

  @Override
  public void apply(@Nullable LogPosition position, Changes changes) {
    if (position == null) {
      store.applyMutations(
          changes.mutations(), changes.reads(), changes.startTs(), changes.commitTs());
    } else {
      store.applyMutationsRaft(
          position, changes.mutations(), changes.reads(), changes.startTs(), changes.commitTs());
    }
  }

  @Override
  public void deletePrefix(
      @Nullable LogPosition position, byte[] prefix, byte @Nullable [] exclude, long commitTs) {
    if (position == null) {
      store.deletePrefixAt(prefix, exclude, commitTs);
    } else {
      store.deletePrefixAtRaft(position, prefix, exclude, commitTs);
    }
  }

  @Override
  public List<String> batch(List<Changes> steps, @Nullable LogPosition commit) {
    List<String> outcomes = new ArrayList<>();
    try (RaftBatch batch = store.openRaftBatch()) {
      for (Changes step : steps) {
        outcomes.add(
            Action.outcome(
                () ->
                    batch.applyMutationsRaft(
                        step.mutations(), step.reads(), step.startTs(), step.commitTs())));
      }
      outcomes.add(commit == null ? "discarded" : Action.outcome(() -> batch.commit(commit)));
    }
    return outcomes;
  }

  @Override
  public void setWatermark(long ts) {
    store.setMinRetainedTs(ts);
  }

  @Override
  public void compact(long ts) {
    store.compact(ts, Cancellation.NEVER);
  }

  @Override
  public void reopen() {
    if (opener != null) {
      store.close();
      store = opener.get();
    }
  }

  @Override
  public void installOwnCheckpoint() {
    Path dir = scratch.resolve("checkpoint-" + checkpoints++);
    store.checkpoint(dir);
    store.installCheckpoint(dir);
  }

  @Override
  public void restoreOwnSnapshot() {
    store.restore(new ByteArrayInputStream(stream()));
  }

  byte[] stream() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MvccSnapshot snapshot = store.snapshot()) {
      snapshot.writeTo(out);
    }
    return out.toByteArray();
  }

  @Override
  public byte @Nullable [] get(byte[] key, long ts) {
    return store.getAt(key, ts);
  }

  @Override
  public List<String> scan(KeyRange range, int limit, long ts, boolean reverse) {
    List<KeyValue> found =
        reverse ? store.reverseScanAt(range, limit, ts) : store.scanAt(range, limit, ts);
    return found.stream().map(Action::text).toList();
  }

  @Override
  public OptionalLong latest(byte[] key) {
    return store.latestCommitTs(key);
  }

  @Override
  public long lastCommitTs() {
    return store.lastCommitTs();
  }

  @Override
  public long watermark() {
    return store.minRetainedTs();
  }

  @Override
  public LogPosition applied() {
    return store.appliedPosition();
  }

  @Override
  public void close() {
    store.close();
  }
}
