// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.ConflictClass;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.SyncMode;
import io.kvorum.store.Streams;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store under the actions. */
final class StoreSubject implements Subject {

  private final Path scratch;
  private final @Nullable Disk disk;
  private final @Nullable Supplier<MvccStore> otherKind;
  private CheckpointableStore store;
  private int checkpoints;
  private Map<ConflictClass, Long> earlierConflicts = Map.of();
  private @Nullable MvccCursor cursor;
  private @Nullable MvccSnapshot taken;

  /** What only a store on disk can do. */
  interface Disk {

    CheckpointableStore open();

    void rewriteFiles(CheckpointableStore store, boolean merge);
  }

  /**
   * Takes the store over.
   *
   * @param scratch an existing directory for checkpoints
   * @param disk null when the store has none
   * @param otherKind makes an empty store of the other kind; null to leave that out
   */
  StoreSubject(
      CheckpointableStore store,
      Path scratch,
      @Nullable Disk disk,
      @Nullable Supplier<MvccStore> otherKind) {
    this.store = store;
    this.scratch = scratch;
    this.disk = disk;
    this.otherKind = otherKind;
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
  public List<String> batch(List<Step> steps, @Nullable LogPosition commit) {
    List<String> outcomes = new ArrayList<>();
    try (RaftBatch batch = store.openRaftBatch()) {
      for (Step step : steps) {
        outcomes.add(step(batch, step) + " last " + batch.lastCommitTs());
      }
      outcomes.add(commit == null ? "discarded" : Action.outcome(() -> batch.commit(commit)));
    }
    return outcomes;
  }

  private static String step(RaftBatch batch, Step step) {
    if (step instanceof Changes changes) {
      return Action.outcome(
          () ->
              batch.applyMutationsRaft(
                  changes.mutations(), changes.reads(), changes.startTs(), changes.commitTs()));
    }
    if (step instanceof Prefix delete) {
      return Action.outcome(
          () -> batch.deletePrefixAtRaft(delete.prefix(), delete.exclude(), delete.commitTs()));
    }
    if (step instanceof Look look) {
      return Action.answer(() -> Arrays.toString(batch.getAt(look.key(), look.ts())))
          + Action.answer(() -> String.valueOf(batch.largeAt(look.key(), look.ts())))
          + batch.latestCommitTs(look.key());
    }
    if (step instanceof Check check) {
      Changes changes = check.changes();
      return Action.outcome(
          () ->
              batch.checkMutationsRaft(
                  changes.mutations(), changes.reads(), changes.startTs(), changes.commitTs()));
    }
    if (step instanceof Changed changed) {
      return Action.answer(
          () ->
              Arrays.toString(
                  batch.firstKeyChangedAfter(changed.range(), changed.ts(), changed.maxKeys())));
    }
    return recordStep(batch, step);
  }

  private static String recordStep(RaftBatch batch, Step step) {
    if (step instanceof PutLarge put) {
      return Action.outcome(
          () -> batch.putLargeRaft(put.key(), put.large(), put.commitTs(), put.expireAt()));
    }
    if (step instanceof Advance advance) {
      return Action.outcome(() -> batch.advanceTo(advance.ts()));
    }
    if (step instanceof Watermark raise) {
      return Action.outcome(() -> batch.setMinRetainedTs(raise.ts())) + batch.minRetainedTs();
    }
    if (step instanceof RecordWrite record) {
      byte[] value = record.value();
      return Action.outcome(
          () -> {
            if (value == null) {
              batch.deleteRecord(record.key());
            } else {
              batch.putRecord(record.key(), value);
            }
          });
    }
    if (step instanceof RecordsDelete delete) {
      return Action.outcome(() -> batch.deleteRecords(delete.range()));
    }
    RecordRead look = (RecordRead) step;
    return Action.answer(() -> Arrays.toString(batch.getRecord(look.key())))
        + texts(batch.scanRecords(look.range(), look.limit()));
  }

  private static List<String> texts(List<KeyValue> found) {
    return found.stream().map(Action::text).toList();
  }

  @Override
  public @Nullable LargeReference largeAt(byte[] key, long ts) {
    return store.largeAt(key, ts);
  }

  @Override
  public byte @Nullable [] record(byte[] key) {
    return store.getRecord(key);
  }

  @Override
  public List<String> records(KeyRange range, int limit) {
    return texts(store.scanRecords(range, limit));
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
  public void compactCancelled(long ts) {
    store.compact(ts, () -> true);
  }

  @Override
  public void openCursor(KeyRange range, long ts, boolean reverse) {
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
    cursor = store.openCursor(range, ts, reverse);
  }

  @Override
  public String stepCursor(int steps) {
    MvccCursor open = cursor;
    if (open == null) {
      return "none";
    }
    List<String> found = new ArrayList<>();
    try {
      for (int i = 0; i < steps; i++) {
        found.add(open.next() ? Action.text(open.entry()) + "@" + open.commitTs() : "end");
      }
      return found.toString();
    } catch (IllegalStateException e) {
      return "none";
    }
  }

  @Override
  public void takeSnapshot() {
    if (taken != null) {
      taken.close();
    }
    taken = store.snapshot();
  }

  @Override
  public boolean restoreTakenSnapshot() {
    MvccSnapshot open = taken;
    if (open == null) {
      return false;
    }
    byte[] stream;
    try {
      stream = Streams.stream(open);
    } catch (IllegalStateException e) {
      return false;
    }
    store.restore(new ByteArrayInputStream(stream));
    return true;
  }

  @Override
  public void reopen() {
    if (disk == null) { // as near as a store without a disk comes to it
      installOwnCheckpoint();
      return;
    }
    if (store.syncMode() == SyncMode.NOWAL) {
      store.checkpoint(nextCheckpoint()); // what makes it durable
    }
    earlierConflicts = conflicts();
    store.close();
    store = disk.open();
  }

  @Override
  public void rewriteFiles(boolean merge) {
    if (disk != null) {
      disk.rewriteFiles(store, merge);
    }
  }

  @Override
  public void installOwnCheckpoint() {
    Path dir = nextCheckpoint();
    store.checkpoint(dir);
    store.installCheckpoint(dir);
  }

  private Path nextCheckpoint() {
    return scratch.resolve("checkpoint-" + checkpoints++);
  }

  @Override
  public void restoreOwnSnapshot(boolean throughOtherKind) {
    byte[] stream = stream();
    if (throughOtherKind && otherKind != null) {
      try (MvccStore other = otherKind.get();
          MvccSnapshot snapshot = restored(other, stream).snapshot()) {
        assertThat(Streams.stream(snapshot)).isEqualTo(stream);
        stream = Streams.stream(snapshot);
      }
    }
    store.restore(new ByteArrayInputStream(stream));
  }

  private static MvccStore restored(MvccStore store, byte[] stream) {
    store.restore(new ByteArrayInputStream(stream));
    return store;
  }

  byte[] stream() {
    return Streams.stream(store);
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
  public Map<ConflictClass, Long> conflicts() {
    Map<ConflictClass, Long> all = new HashMap<>(earlierConflicts);
    store.writeConflictCounts().forEach((kind, count) -> all.merge(kind, count, Long::sum));
    return all;
  }

  @Override
  public void close() {
    store.close();
  }
}
