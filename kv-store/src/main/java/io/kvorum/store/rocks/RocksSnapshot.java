// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.VersionBytes;
import io.kvorum.store.snapshot.SnapshotHeader;
import io.kvorum.store.snapshot.SnapshotWriter;
import io.kvorum.store.snapshot.StateRecord;
import io.kvorum.store.snapshot.VersionRecord;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pinned view with what the stream's header needs. Taken while no write runs, so no prefix delete
 * is half done in it.
 */
final class RocksSnapshot implements MvccSnapshot, Leases.Pinned {

  private final Leases leases;
  private final View view;
  private final SnapshotHeader header;

  /** Held, inside a lease, by whoever moves or closes an iterator. */
  private final ReentrantLock iterating = new ReentrantLock();

  /** Those of streams under way. Guarded by {@link #iterating}. */
  private final Set<RecordIterator> iterators = new HashSet<>();

  private volatile boolean released;

  /** Under a lease and the write mutex. */
  RocksSnapshot(Leases leases, Engine engine) {
    this.leases = leases;
    this.view = engine.view();
    LogPosition applied = engine.applied();
    this.header =
        new SnapshotHeader(
            applied, engine.timestamps().lastCommitTs(), engine.timestamps().minRetainedTs());
    leases.register(this);
  }

  @Override
  public void writeTo(OutputStream out) {
    ArgumentChecks.notNull(out, "out");
    leases.enter();
    iterating.lock();
    try {
      checkOpen();
      write(new UnleasedOutput(out, this::pause, this::resume));
    } finally {
      pause();
    }
  }

  private void pause() {
    iterating.unlock();
    leases.exit();
  }

  private void resume() {
    leases.reenter();
    iterating.lock();
    checkOpen();
  }

  private void write(OutputStream out) {
    SnapshotWriter writer = new SnapshotWriter(out, header);
    try (RecordIterator newest = reading(StoreKeys.newestFrom(null), StoreKeys.newestTo(null));
        RecordIterator older = reading(StoreKeys.historyFirst(), StoreKeys.historyLast());
        RecordIterator state = reading(StoreKeys.stateFrom(null), StoreKeys.stateTo(null))) {
      // Both spaces hold the keys in the same order, so one walk over each is enough.
      older.first();
      for (boolean more = newest.first(); more; more = newest.next()) {
        byte[] key = StoreKeys.userKeyOfNewest(newest.key());
        writer.add(record(key, newest.value()));
        writeOlder(writer, key, newest.value(), older);
      }
      for (boolean more = state.first(); more; more = state.next()) {
        writer.add(new StateRecord(StoreKeys.recordKeyOfState(state.key()), state.value()));
      }
    } finally {
      iterators.removeIf(RecordIterator::isClosed);
    }
    writer.finish();
  }

  /**
   * Those that a read at or above the watermark can see. Others may be gone already, or not yet:
   * the content is the same.
   */
  private void writeOlder(
      SnapshotWriter writer, byte[] key, byte[] newest, RecordIterator history) {
    OlderVersions versions = new OlderVersions(view, key, newest);
    long watermark = header.minRetainedTs();
    long lastTs = VersionBytes.commitTs(newest);
    byte[] linked = lastTs <= watermark ? null : versions.replacedBy(newest);
    byte[] own = next(history, key, false);
    while (lastTs > watermark && (linked != null || own != null)) {
      long linkedTs = linked == null ? -1 : VersionBytes.commitTs(linked);
      long ownTs = own == null ? -1 : VersionBytes.commitTs(own);
      byte[] version = ownTs >= linkedTs ? own : linked;
      lastTs = Math.max(ownTs, linkedTs);
      if (version != null && (lastTs > watermark || VersionBytes.isLiveAt(version, watermark))) {
        writer.add(record(key, version));
      }
      if (linked != null && linkedTs == lastTs) {
        linked = versions.replacedBy(linked);
      }
      if (ownTs == lastTs) {
        own = next(history, key, true);
      }
    }
    while (own != null) {
      own = next(history, key, true);
    }
  }

  /** The version where the iterator stands, or behind it, if it is one of the key; null: not. */
  private static byte @Nullable [] next(RecordIterator history, byte[] key, boolean moves) {
    boolean stands = moves ? history.next() : history.isValid();
    return stands && Arrays.equals(key, StoreKeys.userKeyOfHistory(history.key()))
        ? history.value()
        : null;
  }

  /** Released with the snapshot when that comes while a stream is written. */
  private RecordIterator reading(byte[] from, byte[] to) {
    RecordIterator records = view.records(from, to);
    iterators.add(records);
    return records;
  }

  private static VersionRecord record(byte[] key, byte[] version) {
    long commitTs = VersionBytes.commitTs(version);
    if (VersionBytes.isTombstone(version)) {
      return VersionRecord.tombstone(key, commitTs);
    }
    long expireAt = VersionBytes.expireAt(version);
    return VersionBytes.isLarge(version)
        ? VersionRecord.large(key, commitTs, expireAt, VersionBytes.reference(version))
        : VersionRecord.live(key, commitTs, expireAt, VersionBytes.value(key, version));
  }

  @Override
  public long lastCommitTs() {
    checkOpen();
    return header.lastCommitTs();
  }

  @Override
  public LogPosition appliedPosition() {
    checkOpen();
    return header.applied();
  }

  private void checkOpen() {
    if (released) {
      throw new IllegalStateException(
          "the snapshot is closed, or its store's content was replaced");
    }
  }

  @Override
  public void release() {
    iterating.lock(); // a stream under way has it between two of its writes only
    try {
      released = true;
      iterators.forEach(RecordIterator::close);
      view.close();
    } finally {
      iterating.unlock();
    }
  }

  @Override
  public void close() {
    leases.release(this);
  }
}
