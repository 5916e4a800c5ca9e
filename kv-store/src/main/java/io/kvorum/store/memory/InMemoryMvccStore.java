// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CancelledException;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.ConflictClass;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.RecordCursor;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.api.WriteConflictException;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.ConflictCounters;
import io.kvorum.store.SyncModes;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The store in memory: see {@link io.kvorum.api.MvccStore} for everything it promises. Here
 * "durable" means "until it is closed".
 */
public final class InMemoryMvccStore implements CheckpointableStore {

  /*
   * Readers take the current content and never wait. A write takes the writers' turn, computes the
   * next content from the current one and publishes it. compact() walks all keys, a cost that the
   * store on RocksDB does not have; each of its steps is a write of its own, so that others come
   * between.
   */

  /** Keys that one step of a compaction looks at. */
  static final int COMPACTION_STEP_KEYS = 256;

  private final ArgumentChecks checks;
  private final SyncMode syncMode;
  private final ConflictCounters conflicts = new ConflictCounters();
  private final CallGate gate = new CallGate();
  private final WriterTurn turn = new WriterTurn();
  private final Handles handles = new Handles();

  /** Written by the holder of the turn only. */
  private volatile Content content = Content.EMPTY;

  private InMemoryMvccStore(StoreOptions options) {
    this.checks = new ArgumentChecks(options.maxValueBytes());
    this.syncMode = SyncModes.resolve(options);
  }

  /** An empty store. */
  public static InMemoryMvccStore create(StoreOptions options) {
    ArgumentChecks.notNull(options, "options");
    return new InMemoryMvccStore(options);
  }

  // ---- reads -------------------------------------------------------------------------------

  @Override
  public byte @Nullable [] getAt(byte[] key, long ts) {
    gate.enter();
    try {
      Version version = visibleAt(key, ts);
      return version == null ? null : version.copy(key);
    } finally {
      gate.exit();
    }
  }

  @Override
  public @Nullable LargeReference largeAt(byte[] key, long ts) {
    gate.enter();
    try {
      Version version = visibleAt(key, ts);
      return version == null ? null : version.large();
    } finally {
      gate.exit();
    }
  }

  @Override
  public boolean existsAt(byte[] key, long ts) {
    return call(() -> visibleAt(key, ts) != null);
  }

  @Override
  public List<KeyValue> scanAt(KeyRange range, int limit, long ts) {
    return scan(range, limit, ts, false);
  }

  @Override
  public List<KeyValue> reverseScanAt(KeyRange range, int limit, long ts) {
    return scan(range, limit, ts, true);
  }

  @Override
  public MvccCursor openCursor(KeyRange range, long ts, boolean reverse) {
    return call(
        () -> {
          MemoryCursor cursor = cursor(range, ts, reverse);
          handles.add(cursor);
          return cursor;
        });
  }

  @Override
  public OptionalLong latestCommitTs(byte[] key) {
    return call(
        () -> {
          ArgumentChecks.readKey(key);
          return content.latestCommitTs(key);
        });
  }

  @Override
  public long lastCommitTs() {
    return call(() -> content.lastCommitTs());
  }

  @Override
  public long minRetainedTs() {
    return call(() -> content.minRetainedTs());
  }

  @Override
  public OptionalLong nextGarbageTs(long ts) {
    return call(
        () -> {
          ArgumentChecks.timestamp(ts, "ts");
          return content.nextGarbageTs(ts);
        });
  }

  @Override
  public Map<ConflictClass, Long> writeConflictCounts() {
    return call(conflicts::copy);
  }

  // ---- direct family -----------------------------------------------------------------------

  @Override
  public void putAt(byte[] key, byte[] value, long commitTs, long expireAt) {
    write(
        () -> {
          ArgumentChecks.writeKey(key);
          checks.value(value);
          ArgumentChecks.timestamp(commitTs, "commitTs");
          ArgumentChecks.timestamp(expireAt, "expireAt");
        },
        now -> now.write(key, Version.live(commitTs, expireAt, value.clone())));
  }

  @Override
  public void deleteAt(byte[] key, long commitTs) {
    write(
        () -> {
          ArgumentChecks.writeKey(key);
          ArgumentChecks.timestamp(commitTs, "commitTs");
        },
        now -> now.write(key, Version.tombstone(commitTs)));
  }

  @Override
  public boolean expireAt(byte[] key, long expireAt, long commitTs) {
    return write(
        () -> {
          ArgumentChecks.writeKey(key);
          ArgumentChecks.timestamp(expireAt, "expireAt");
          ArgumentChecks.timestamp(commitTs, "commitTs");
        },
        now -> now.expire(key, expireAt, commitTs));
  }

  @Override
  public void applyMutations(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    write(
        () -> checks.apply(mutations, readKeys, startTs, commitTs),
        now -> now.apply(mutations, readKeys, startTs, commitTs));
  }

  @Override
  public void deletePrefixAt(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    write(
        () -> checkPrefix(prefix, excludePrefix, commitTs),
        now -> now.deletePrefix(prefix, excludePrefix, commitTs));
  }

  @Override
  public void setMinRetainedTs(long ts) {
    write(() -> ArgumentChecks.timestamp(ts, "ts"), now -> now.raiseWatermark(ts));
  }

  // ---- raft family -------------------------------------------------------------------------

  @Override
  public void applyMutationsRaft(
      LogPosition position,
      List<Mutation> mutations,
      List<byte[]> readKeys,
      long startTs,
      long commitTs) {
    write(
        () -> checks.apply(mutations, readKeys, startTs, commitTs),
        now -> now.appliedTo(position).apply(mutations, readKeys, startTs, commitTs));
  }

  @Override
  public void deletePrefixAtRaft(
      LogPosition position, byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    write(
        () -> checkPrefix(prefix, excludePrefix, commitTs),
        now -> now.appliedTo(position).deletePrefix(prefix, excludePrefix, commitTs));
  }

  @Override
  public RaftBatch openRaftBatch() {
    return call(
        () -> {
          takeTurn();
          turn.keepForBatch();
          MemoryRaftBatch batch =
              new MemoryRaftBatch(content, conflicts, next -> content = next, this::release);
          handles.add(batch);
          return batch;
        });
  }

  @Override
  public LogPosition appliedPosition() {
    return call(() -> content.applied());
  }

  // ---- maintenance -------------------------------------------------------------------------

  @Override
  public void compact(long minTs, Cancellation cancel) {
    gate.enter();
    try {
      ArgumentChecks.timestamp(minTs, "minTs");
      ArgumentChecks.cancellation(cancel);
      if (minTs < content.minRetainedTs()) {
        return;
      }
      inTurn(now -> now.raiseWatermark(minTs));
      byte[] key = {};
      while (key != null) {
        if (cancel.isCancelled()) {
          throw new CancelledException("compaction to " + minTs + " was cancelled; call it again");
        }
        key = compactStep(key, minTs);
      }
    } finally {
      gate.exit();
    }
  }

  @Override
  public MvccSnapshot snapshot() {
    return call(
        () -> {
          takeTurn(); // as the store on disk does
          try {
            MemorySnapshot snapshot = new MemorySnapshot(handles, content);
            handles.add(snapshot);
            return snapshot;
          } finally {
            turn.give();
          }
        });
  }

  @Override
  public void restore(InputStream in) {
    call(
        () -> {
          ArgumentChecks.stream(in);
          replaceWith(() -> ContentStream.read(in));
          return true;
        });
  }

  @Override
  public LogPosition checkpoint(Path dir) {
    return call(
        () -> {
          ArgumentChecks.newDirectory(dir);
          Content now = content;
          CheckpointFile.write(now, dir);
          return now.applied();
        });
  }

  @Override
  public void installCheckpoint(Path dir) {
    call(
        () -> {
          ArgumentChecks.existingDirectory(dir);
          replaceWith(() -> CheckpointFile.read(dir));
          return true;
        });
  }

  /** As durable as anything is here: what was applied. */
  @Override
  public LogPosition durablePosition() {
    return appliedPosition();
  }

  /** Memory does not fail. */
  @Override
  public void onFailure(Consumer<StoreFailedException> listener) {}

  @Override
  public byte @Nullable [] getRecord(byte[] key) {
    return call(
        () -> {
          ArgumentChecks.recordKey(key);
          byte[] value = content.records().get(key);
          return value == null ? null : value.clone();
        });
  }

  @Override
  public List<KeyValue> scanRecords(KeyRange range, int limit) {
    return call(
        () -> {
          ArgumentChecks.range(range);
          return content.scanRecords(range, limit);
        });
  }

  @Override
  public RecordCursor openRecords(KeyRange range) {
    return call(
        () -> {
          ArgumentChecks.range(range);
          MemoryRecordCursor cursor = new MemoryRecordCursor(handles, content, range);
          handles.add(cursor);
          return cursor;
        });
  }

  @Override
  public SyncMode syncMode() {
    return call(() -> syncMode);
  }

  @Override
  public void close() {
    gate.shut();
    // First the batch, since writers may wait for it, and calls that run for them; then all calls;
    // then what those have opened meanwhile.
    handles.closeAll(true);
    gate.awaitQuiet();
    handles.closeAll(true);
    content = Content.EMPTY;
  }

  /** Cursors, snapshots and batches that are open. */
  int openHandles() {
    return handles.count();
  }

  // ---- inside the gate ---------------------------------------------------------------------

  private <T> T call(Supplier<T> body) {
    gate.enter();
    try {
      return body.get();
    } finally {
      gate.exit();
    }
  }

  /** Returns whether the change has led to another content. */
  private boolean write(Runnable check, UnaryOperator<Content> change) {
    gate.enter();
    try {
      check.run();
      return inTurn(change);
    } catch (WriteConflictException e) {
      conflicts.add(e.kind(), e.key());
      throw e;
    } finally {
      gate.exit();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a change that changes nothing returns its argument
  private boolean inTurn(UnaryOperator<Content> change) {
    takeTurn();
    try {
      Content now = content;
      Content next = change.apply(now);
      content = next;
      return next != now;
    } finally {
      turn.give();
    }
  }

  /** A store that was shut while this call waited for its turn has closed the batch before it. */
  private void takeTurn() {
    turn.take();
    try {
      gate.checkOpen();
    } catch (IllegalStateException e) {
      turn.give();
      throw e;
    }
  }

  private void release(MemoryRaftBatch batch) {
    handles.remove(batch);
    turn.give();
  }

  private void replaceWith(Supplier<Content> source) {
    inTurn(
        now -> {
          Content next = source.get();
          handles.closeAll(false);
          return next;
        });
  }

  /** Compacts some keys from this one on; returns the key to go on with, null at the end. */
  private byte @Nullable [] compactStep(byte[] from, long minTs) {
    Content before = content;
    List<byte[]> step = new ArrayList<>(COMPACTION_STEP_KEYS);
    Map.Entry<byte[], History> entry = before.keys().ceilingEntry(from);
    while (entry != null && step.size() < COMPACTION_STEP_KEYS) {
      step.add(entry.getKey());
      entry = before.keys().higherEntry(entry.getKey());
    }
    inTurn(
        now -> {
          Content next = now;
          // A restore may have come between: then its watermark rules, and this is over.
          if (now.minRetainedTs() >= minTs) {
            for (byte[] key : step) {
              next = next.compact(key, minTs);
            }
          }
          return next;
        });
    return entry == null ? null : entry.getKey();
  }

  private @Nullable Version visibleAt(byte[] key, long ts) {
    ArgumentChecks.readKey(key);
    ArgumentChecks.timestamp(ts, "ts");
    return content.visibleAt(key, ts);
  }

  private MemoryCursor cursor(KeyRange range, long ts, boolean reverse) {
    ArgumentChecks.range(range);
    ArgumentChecks.timestamp(ts, "ts");
    Content now = content;
    now.checkReadable(ts);
    return new MemoryCursor(handles, now, range, ts, reverse);
  }

  private List<KeyValue> scan(KeyRange range, int limit, long ts, boolean reverse) {
    return call(
        () -> {
          MemoryCursor cursor = cursor(range, ts, reverse);
          List<KeyValue> found = new ArrayList<>();
          while (found.size() < limit && cursor.next()) {
            found.add(cursor.entry());
          }
          return found;
        });
  }

  private static void checkPrefix(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    ArgumentChecks.prefix(prefix, excludePrefix);
    ArgumentChecks.timestamp(commitTs, "commitTs");
  }
}
