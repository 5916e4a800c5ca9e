// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

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
import org.jspecify.annotations.Nullable;

/**
 * The multi-version store on RocksDB: one directory, one opener.
 *
 * <p>Opened on its own it offers both write families. A replica opens it for its replicated key
 * space and keeps the direct family from its users.
 *
 * <pre>{@code
 * try (RocksMvccStore store = RocksMvccStore.open(dir, StoreOptions.defaults())) {
 *   long now = store.lastCommitTs() + 1;
 *   store.applyMutations(List.of(Mutation.put(key, value)), List.of(), now, now); // fsynced
 * }
 * }</pre>
 */
public final class RocksMvccStore implements CheckpointableStore {

  // Immutable after construction.
  private final LiveEngine live;
  private final Generations generations;
  private final SyncMode mode;
  private final ArgumentChecks checks;
  private final ConflictCounters conflicts = new ConflictCounters();
  private final ReentrantLock compaction = new ReentrantLock();

  private RocksMvccStore(
      Path directory, StoreOptions options, Generations generations, Engine engine, SyncMode mode) {
    this.live = new LiveEngine(directory, generations, engine);
    this.generations = generations;
    this.mode = mode;
    this.checks = new ArgumentChecks(options.maxValueBytes());
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
    live.writing(
        () -> {
          live.get().database().flush();
          if (merge) {
            live.get().database().mergeFiles();
          }
          return true;
        });
  }

  /** For tests: a number that RocksDB tells about itself. */
  long property(String name) {
    return live.reading(() -> live.get().database().property(name));
  }

  /** As {@link NativeHandles#count}, which also says where each was opened. */
  public static long openNativeHandles() {
    return NativeHandles.count();
  }

  // ---- reads ---------------------------------------------------------------------------------

  @Override
  public byte @Nullable [] getAt(byte[] key, long ts) {
    byte[] version = liveAt(key, ts);
    return version == null ? null : VersionBytes.value(key, version);
  }

  @Override
  public @Nullable LargeReference largeAt(byte[] key, long ts) {
    byte[] version = liveAt(key, ts);
    return version != null && VersionBytes.isLarge(version)
        ? VersionBytes.reference(version)
        : null;
  }

  @Override
  public boolean existsAt(byte[] key, long ts) {
    return liveAt(key, ts) != null;
  }

  private byte @Nullable [] liveAt(byte[] key, long ts) {
    ArgumentChecks.readKey(key);
    ArgumentChecks.timestamp(ts, "ts");
    live.enter();
    try {
      return live.get().liveAt(key, ts);
    } finally {
      live.exit();
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
    live.enter(); // for all of it: a restore must not close the cursor half way
    try (MvccCursor cursor = openCursor(range, ts, reverse)) {
      while (found.size() < limit && cursor.next()) {
        found.add(cursor.entry());
      }
    } finally {
      live.exit();
    }
    return found;
  }

  @Override
  public MvccCursor openCursor(KeyRange range, long ts, boolean reverse) {
    ArgumentChecks.range(range);
    ArgumentChecks.timestamp(ts, "ts");
    live.enter();
    try {
      live.get().checkReadable(ts);
      View view = live.get().view();
      try {
        live.get().checkReadable(ts); // the watermark may have risen before the view was pinned
        // RocksDB wants ordered bounds; an inverted range is as empty as this one.
        KeyRange bounds = range.isEmpty() ? EMPTY : range;
        return new RocksCursor(live.leases(), view, bounds, ts, reverse);
      } catch (RuntimeException e) {
        view.close();
        throw e;
      }
    } finally {
      live.exit();
    }
  }

  private static final KeyRange EMPTY = KeyRange.of(new byte[0], new byte[0]);

  @Override
  public OptionalLong latestCommitTs(byte[] key) {
    ArgumentChecks.readKey(key);
    return live.reading(() -> live.get().latestCommitTs(key));
  }

  @Override
  public long lastCommitTs() {
    return live.reading(() -> live.get().timestamps().lastCommitTs());
  }

  @Override
  public long minRetainedTs() {
    return live.reading(() -> live.get().timestamps().minRetainedTs());
  }

  @Override
  public LogPosition appliedPosition() {
    return live.reading(() -> live.get().applied());
  }

  @Override
  public byte @Nullable [] getRecord(byte[] key) {
    ArgumentChecks.recordKey(key);
    return live.reading(() -> live.get().record(key));
  }

  @Override
  public List<KeyValue> scanRecords(KeyRange range, int limit) {
    ArgumentChecks.range(range);
    return live.reading(() -> live.get().records(range, limit));
  }

  @Override
  public RecordCursor openRecords(KeyRange range) {
    ArgumentChecks.range(range);
    return live.reading(
        () ->
            new RocksRecordCursor(
                live.leases(), live.get().view(), range.isEmpty() ? EMPTY : range));
  }

  @Override
  public OptionalLong nextGarbageTs(long ts) {
    ArgumentChecks.timestamp(ts, "ts");
    return live.reading(() -> live.get().nextGarbageTs(ts));
  }

  @Override
  public Map<ConflictClass, Long> writeConflictCounts() {
    return live.reading(conflicts::copy);
  }

  @Override
  public SyncMode syncMode() {
    return live.reading(() -> mode);
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
          byte[] value = VersionBytes.value(key, visible);
          batch.write(key, VersionBytes.put(commitTs, value, expireAt));
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
    return live.writing(
        () -> {
          ArgumentChecks.aboveWatermark(commitTs, live.get().timestamps().minRetainedTs());
          PendingBatch batch = live.get().begin();
          boolean write = build.apply(batch);
          if (write) {
            live.get().commitDirect(batch);
          }
          return write;
        });
  }

  @Override
  public void setMinRetainedTs(long ts) {
    ArgumentChecks.timestamp(ts, "ts");
    live.writing(() -> raiseWatermark(ts));
  }

  private boolean raiseWatermark(long ts) {
    boolean rises = ts > live.get().timestamps().minRetainedTs();
    if (rises) {
      live.get().raiseWatermark(ts);
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
    checks.apply(mutations, readKeys, startTs, commitTs);
    try (RaftBatch batch = openRaftBatch()) {
      ArgumentChecks.advances(position, live.get().applied());
      batch.applyMutationsRaft(mutations, readKeys, startTs, commitTs);
      batch.commit(position);
    }
  }

  @Override
  public void deletePrefixAtRaft(
      LogPosition position, byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    try (RaftBatch batch = openRaftBatch()) {
      ArgumentChecks.advances(position, live.get().applied());
      batch.deletePrefixAtRaft(prefix, excludePrefix, commitTs);
      batch.commit(position);
    }
  }

  @Override
  public RaftBatch openRaftBatch() {
    return live.beginWriting(() -> new RocksRaftBatch(live, conflicts));
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
        more = live.writing(() -> live.get().collectSome());
      }
    } finally {
      compaction.unlock();
    }
  }

  /** False when there is nothing to do at this target. */
  private boolean raiseForCompaction(long minTs) {
    return live.writing(
        () -> raiseWatermark(minTs) || minTs == live.get().timestamps().minRetainedTs());
  }

  @Override
  public MvccSnapshot snapshot() {
    return live.writing(() -> new RocksSnapshot(live.leases(), live.get()));
  }

  @Override
  public void restore(InputStream in) {
    ArgumentChecks.stream(in);
    live.replace(() -> generations.restored(in, live.get()));
  }

  @Override
  public LogPosition checkpoint(Path dir) {
    ArgumentChecks.newDirectory(dir);
    return live.reading(() -> generations.copy(live.get(), dir));
  }

  @Override
  public LogPosition durablePosition() {
    return live.reading(() -> live.get().durable());
  }

  @Override
  public void onFailure(Consumer<StoreFailedException> listener) {
    live.onFailure(listener);
  }

  @Override
  public void installCheckpoint(Path dir) {
    ArgumentChecks.existingDirectory(dir);
    live.replace(() -> generations.installed(dir, live.get()));
  }

  @Override
  public void close() {
    if (live.isReplacing() || compaction.isHeldByCurrentThread()) {
      throw new IllegalStateException("the store cannot be closed from inside one of its calls");
    }
    live.close();
  }
}
