// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CancelledException;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.ConflictClass;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.ConflictCounters;
import io.kvorum.store.MemoryBudget;
import io.kvorum.store.SyncModes;
import io.kvorum.store.codec.PrefixDelete;
import io.kvorum.store.codec.VersionBytes;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The multi-version store on RocksDB: one directory, one opener.
 *
 * <p>Opened on its own it offers both write families. A replica opens it for its replicated key
 * space and keeps the direct family from its users.
 */
public final class RocksMvccStore implements CheckpointableStore {

  // Immutable after construction.
  private final Generations generations;
  private final SyncMode mode;
  private final ArgumentChecks checks;
  private final ConflictCounters conflicts = new ConflictCounters();
  private final Leases leases;
  private final WriteMutex mutex;
  private final ReentrantLock compaction = new ReentrantLock();

  /** Held while the content is being replaced: a close waits for that. */
  private final ReentrantLock replacement = new ReentrantLock();

  /** Replaced under the write mutex, with no lease out. */
  private volatile Engine engine;

  private volatile Consumer<StoreFailedException> failureListener = failure -> {};

  private RocksMvccStore(
      Path directory, StoreOptions options, Generations generations, Engine engine, SyncMode mode) {
    this.generations = generations;
    this.engine = engine;
    this.mode = mode;
    this.checks = new ArgumentChecks(options.maxValueBytes());
    this.leases = new Leases("the store in " + directory);
    this.mutex = new WriteMutex(leases);
  }

  /**
   * Opens the store in a directory, making both if they are missing, and recovers it: what was
   * durable is there, and prefix deletes that a crash interrupted are finished. Blocks while it
   * does.
   *
   * @throws io.kvorum.api.StoreLockedException if it is open already
   * @throws io.kvorum.api.StoreCorruptException if its files are damaged or of another format
   * @throws io.kvorum.api.StoreFailedException if the directory cannot be used
   */
  public static RocksMvccStore open(Path directory, StoreOptions options) {
    ArgumentChecks.notNull(directory, "directory");
    ArgumentChecks.notNull(options, "options");
    return open(directory, options, Durability.of(SyncModes.resolve(options)));
  }

  static RocksMvccStore open(Path directory, StoreOptions options, Durability durability) {
    MemoryBudget.ofStore(options); // refuses before anything is made
    Generations generations = Generations.open(directory, options, durability);
    try {
      Engine engine = generations.openCurrent();
      return new RocksMvccStore(directory, options, generations, engine, durability.fsmSyncMode());
    } catch (RuntimeException e) {
      generations.close();
      throw e;
    }
  }

  /** For tests: writes memtables into table files; with {@code merge}, then merges all of them. */
  void rewriteFiles(boolean merge) {
    writing(
        () -> {
          engine.database().flush();
          if (merge) {
            engine.database().mergeFiles();
          }
          return true;
        });
  }

  /** For tests: a number that RocksDB tells about itself. */
  long property(String name) {
    return reading(() -> engine.database().property(name));
  }

  /** As {@link NativeHandles#count}, which also says where each was opened. */
  public static long openNativeHandles() {
    return NativeHandles.count();
  }

  // ---- reads ---------------------------------------------------------------------------------

  @Override
  public byte @Nullable [] getAt(byte[] key, long ts) {
    byte[] version = liveAt(key, ts);
    return version == null ? null : VersionBytes.value(version);
  }

  @Override
  public boolean existsAt(byte[] key, long ts) {
    return liveAt(key, ts) != null;
  }

  private byte @Nullable [] liveAt(byte[] key, long ts) {
    ArgumentChecks.readKey(key);
    ArgumentChecks.timestamp(ts, "ts");
    enter();
    try {
      return engine.liveAt(key, ts);
    } finally {
      exit();
    }
  }

  @Override
  public List<KeyValue> scanAt(KeyRange range, int limit, long ts) {
    return scan(range, limit, ts, false);
  }

  @Override
  public List<KeyValue> reverseScanAt(KeyRange range, int limit, long ts) {
    return scan(range, limit, ts, true);
  }

  private List<KeyValue> scan(KeyRange range, int limit, long ts, boolean reverse) {
    List<KeyValue> found = new ArrayList<>();
    enter(); // for all of it: a restore must not close the cursor half way
    try (MvccCursor cursor = openCursor(range, ts, reverse)) {
      while (found.size() < limit && cursor.next()) {
        found.add(new KeyValue(cursor.key(), cursor.value()));
      }
    } finally {
      exit();
    }
    return found;
  }

  @Override
  public MvccCursor openCursor(KeyRange range, long ts, boolean reverse) {
    ArgumentChecks.range(range);
    ArgumentChecks.timestamp(ts, "ts");
    enter();
    try {
      engine.checkReadable(ts);
      View view = engine.view();
      try {
        engine.checkReadable(ts); // the watermark may have risen before the view was pinned
        // RocksDB wants ordered bounds; an inverted range is as empty as this one.
        KeyRange bounds = range.isEmpty() ? EMPTY : range;
        return new RocksCursor(leases, view, bounds, ts, reverse);
      } catch (RuntimeException e) {
        view.close();
        throw e;
      }
    } finally {
      exit();
    }
  }

  private static final KeyRange EMPTY = KeyRange.of(new byte[0], new byte[0]);

  @Override
  public OptionalLong latestCommitTs(byte[] key) {
    ArgumentChecks.readKey(key);
    return reading(() -> engine.latestCommitTs(key));
  }

  @Override
  public long lastCommitTs() {
    return reading(() -> engine.timestamps().lastCommitTs());
  }

  @Override
  public long minRetainedTs() {
    return reading(() -> engine.timestamps().minRetainedTs());
  }

  @Override
  public LogPosition appliedPosition() {
    return reading(() -> engine.applied());
  }

  @Override
  public byte @Nullable [] getRecord(byte[] key) {
    ArgumentChecks.recordKey(key);
    return reading(() -> engine.record(key));
  }

  @Override
  public List<KeyValue> scanRecords(KeyRange range, int limit) {
    ArgumentChecks.range(range);
    return reading(() -> engine.records(range, limit));
  }

  @Override
  public Map<ConflictClass, Long> writeConflictCounts() {
    return reading(conflicts::copy);
  }

  @Override
  public SyncMode syncMode() {
    return reading(() -> mode);
  }

  // ---- direct family -------------------------------------------------------------------------

  @Override
  public void putAt(byte[] key, byte[] value, long commitTs, long expireAt) {
    ArgumentChecks.writeKey(key);
    checks.value(value);
    ArgumentChecks.timestamp(expireAt, "expireAt");
    writeDirect(
        commitTs,
        batch -> {
          batch.write(key, VersionBytes.put(commitTs, value, expireAt));
          return true;
        });
  }

  @Override
  public void deleteAt(byte[] key, long commitTs) {
    ArgumentChecks.writeKey(key);
    writeDirect(
        commitTs,
        batch -> {
          batch.write(key, VersionBytes.tombstone(commitTs));
          return true;
        });
  }

  @Override
  public boolean expireAt(byte[] key, long expireAt, long commitTs) {
    ArgumentChecks.writeKey(key);
    ArgumentChecks.timestamp(expireAt, "expireAt");
    return writeDirect(
        commitTs,
        batch -> {
          byte[] visible = batch.versionAt(key, commitTs);
          if (visible == null || !VersionBytes.isLiveAt(visible, commitTs)) {
            return false;
          }
          batch.write(key, VersionBytes.put(commitTs, VersionBytes.value(visible), expireAt));
          return true;
        });
  }

  @Override
  public void applyMutations(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    checks.apply(mutations, readKeys, startTs, commitTs);
    writeDirect(
        commitTs,
        batch -> {
          Mutations.apply(batch, mutations, readKeys, startTs, commitTs, conflicts);
          return !mutations.isEmpty();
        });
  }

  @Override
  public void deletePrefixAt(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    ArgumentChecks.prefix(prefix, excludePrefix);
    byte[] exclude = excludePrefix == null ? null : excludePrefix.clone();
    PrefixDelete delete = new PrefixDelete(prefix.clone(), exclude, commitTs);
    writeDirect(
        commitTs,
        batch -> {
          batch.deletePrefix(delete);
          return true;
        });
  }

  /** Commits what {@code build} put into the batch if it returns true. */
  private boolean writeDirect(long commitTs, Function<PendingBatch, Boolean> build) {
    ArgumentChecks.timestamp(commitTs, "commitTs");
    return writing(
        () -> {
          ArgumentChecks.aboveWatermark(commitTs, engine.timestamps().minRetainedTs());
          PendingBatch batch = engine.begin();
          boolean write = build.apply(batch);
          if (write) {
            engine.commitDirect(batch);
          }
          return write;
        });
  }

  @Override
  public void setMinRetainedTs(long ts) {
    ArgumentChecks.timestamp(ts, "ts");
    writing(() -> raiseWatermark(ts));
  }

  private boolean raiseWatermark(long ts) {
    boolean rises = ts > engine.timestamps().minRetainedTs();
    if (rises) {
      engine.raiseWatermark(ts);
    }
    return rises;
  }

  // ---- raft family ---------------------------------------------------------------------------

  @Override
  public void applyMutationsRaft(
      LogPosition position,
      List<Mutation> mutations,
      List<byte[]> readKeys,
      long startTs,
      long commitTs) {
    try (RaftBatch batch = openRaftBatch()) {
      ArgumentChecks.advances(position, engine.applied());
      batch.applyMutationsRaft(mutations, readKeys, startTs, commitTs);
      batch.commit(position);
    }
  }

  @Override
  public void deletePrefixAtRaft(
      LogPosition position, byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    try (RaftBatch batch = openRaftBatch()) {
      ArgumentChecks.advances(position, engine.applied());
      batch.deletePrefixAtRaft(prefix, excludePrefix, commitTs);
      batch.commit(position);
    }
  }

  @Override
  public RaftBatch openRaftBatch() {
    mutex.lock();
    try {
      enter();
      try {
        return new RocksRaftBatch(this, engine, checks, conflicts);
      } finally {
        exit();
      }
    } catch (RuntimeException e) {
      mutex.unlock();
      throw e;
    }
  }

  /** For the batch that {@link #openRaftBatch} gave the mutex to. */
  void endBatch() {
    mutex.unlock();
  }

  // ---- maintenance ---------------------------------------------------------------------------

  @Override
  public void compact(long minTs, Cancellation cancel) {
    ArgumentChecks.timestamp(minTs, "minTs");
    ArgumentChecks.cancellation(cancel);
    compaction.lock();
    try {
      if (!raiseForCompaction(minTs)) {
        return;
      }
      boolean more = true;
      while (more) {
        if (cancel.isCancelled()) {
          throw new CancelledException(
              "compaction to " + minTs + " was cancelled; call it again to go on");
        }
        more = writing(() -> engine.collectSome());
      }
    } finally {
      compaction.unlock();
    }
  }

  /** False when there is nothing to do at this target. */
  private boolean raiseForCompaction(long minTs) {
    return writing(() -> raiseWatermark(minTs) || minTs == engine.timestamps().minRetainedTs());
  }

  @Override
  public MvccSnapshot snapshot() {
    return writing(() -> new RocksSnapshot(leases, engine));
  }

  @Override
  public void restore(InputStream in) {
    ArgumentChecks.stream(in);
    replace(() -> generations.restored(in, engine));
  }

  @Override
  public LogPosition checkpoint(Path dir) {
    ArgumentChecks.newDirectory(dir);
    return reading(() -> generations.copy(engine, dir));
  }

  @Override
  public LogPosition durablePosition() {
    return reading(() -> engine.durable());
  }

  @Override
  public void onFailure(Consumer<StoreFailedException> listener) {
    leases.enter(); // not enter(): a store that has failed is what this is about
    try {
      failureListener = listener;
      engine.onFailure(listener);
    } finally {
      exit();
    }
  }

  @Override
  public void installCheckpoint(Path dir) {
    ArgumentChecks.existingDirectory(dir);
    replace(() -> generations.installed(dir, engine));
  }

  /** Builds the next generation beside the one in force, then puts it in force. */
  private void replace(Supplier<Engine> build) {
    mutex.lock();
    replacement.lock();
    try {
      if (leases.isClosed()) {
        throw leases.closedException();
      }
      engine.checkWorking();
      Engine next = build.get();
      leases.exclusively(
          () -> {
            Engine old = engine;
            engine = next;
            next.onFailure(failureListener);
            old.close();
          });
      generations.deleteOthers();
    } finally {
      replacement.unlock();
      mutex.unlock();
    }
  }

  @Override
  public void close() {
    if (replacement.isHeldByCurrentThread() || compaction.isHeldByCurrentThread()) {
      throw new IllegalStateException("the store cannot be closed from inside one of its calls");
    }
    replacement.lock(); // not the write mutex: a raft batch that nobody ends may hold that
    try {
      leases.close(
          () -> {
            try {
              engine.close();
            } finally {
              if (engine.isClosed()) {
                generations.close();
              }
            }
          });
    } finally {
      replacement.unlock();
    }
  }

  // ---- leases --------------------------------------------------------------------------------

  /** Takes a lease on a store that works. */
  void enter() {
    leases.enter();
    try {
      engine.checkWorking();
    } catch (RuntimeException e) {
      leases.exit();
      throw e;
    }
  }

  void exit() {
    leases.exit();
  }

  private <T> T reading(Supplier<T> action) {
    enter();
    try {
      return action.get();
    } finally {
      exit();
    }
  }

  private <T> T writing(Supplier<T> action) {
    mutex.lock();
    try {
      return reading(action);
    } finally {
      mutex.unlock();
    }
  }
}
