// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A multi-version key-value store on one disk.
 *
 * <p><b>Two write families.</b> They write the same data and differ in one promise:
 *
 * <ul>
 *   <li>the <i>direct</i> family ({@link #putAt}, {@link #deleteAt}, {@link #expireAt}, {@link
 *       #applyMutations}, {@link #deletePrefixAt}, {@link #setMinRetainedTs}): when the call
 *       returns, the write is fsynced, whatever {@link #syncMode()} says;
 *   <li>the <i>raft</i> family ({@link #applyMutationsRaft}, {@link #deletePrefixAtRaft}, {@link
 *       #openRaftBatch}): durable as {@link #syncMode()} says. Only a Ratis state machine calls it,
 *       because only a write that a Raft log can replay may skip its fsync.
 * </ul>
 *
 * <p><b>Visibility.</b> The newest version with {@code commitTs <= readTs} decides alone: a
 * tombstone, or a version with {@code expireAt != 0 && expireAt <= readTs}, hides the key even when
 * an older version lives. An empty value is a value. Versions may be written in any order of
 * timestamps; a write at an existing (key, timestamp) replaces it.
 *
 * <p><b>Keys</b> are any bytes, 1 to {@value #MAX_KEY_BYTES} of them, in unsigned lexicographic
 * order. Reads accept the empty key and answer that it is absent.
 *
 * <p><b>Refusals.</b> A bad argument (null, empty or oversized key, oversized value, timestamp
 * outside {@code 0..Long.MAX_VALUE}) is an {@link InvalidArgumentException} that names the limit. A
 * write with {@code commitTs <= minRetainedTs()} is one too, unless that watermark is 0. Nothing is
 * written then.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Writers run one after the other;
 * readers never wait for writers. Every method may block on disk I/O.
 *
 * <p><b>Failures.</b> The first failed write or sync stops the store: it and every later call throw
 * {@link StoreFailedException}. After {@link #close()} every call throws {@link
 * IllegalStateException}.
 *
 * <pre>{@code
 * try (MvccStore store = InMemoryMvccStore.create(StoreOptions.defaults())) {
 *   store.putAt(key, value, 10, 0); // at timestamp 10, for ever
 *   store.putAt(key, newValue, 20, 30); // at 20, until 30
 *   seen.add(store.getAt(key, 19)); // value
 *   seen.add(store.getAt(key, 29)); // newValue
 *   seen.add(store.getAt(key, MvccStore.LATEST)); // null
 * }
 * }</pre>
 */
public interface MvccStore extends AutoCloseable {

  /**
   * As a read timestamp: the newest version. It lies behind every expiry, so a version that expires
   * at all is invisible there; to see it, read at a timestamp of now, such as {@link
   * #lastCommitTs()}.
   */
  long LATEST = Long.MAX_VALUE;

  /** Longest key, in bytes. */
  int MAX_KEY_BYTES = 64 * 1024;

  // ---- reads, each at an explicit timestamp ------------------------------------------------

  /**
   * Returns the value that is visible at {@code ts}, or null.
   *
   * @throws LargeValueException if it was written as a stream, see {@link ReplicatedKv#openStream}
   * @throws ReadTimestampCompactedException if {@code ts < minRetainedTs()}, absent keys too
   */
  byte @Nullable [] getAt(byte[] key, long ts);

  /**
   * Tells whether a value is visible at {@code ts}.
   *
   * @throws ReadTimestampCompactedException if {@code ts < minRetainedTs()}
   */
  boolean existsAt(byte[] key, long ts);

  /**
   * Returns the first {@code limit} visible keys of the range, ascending, all from one point in
   * time. Empty when {@code limit <= 0} or the range is empty or inverted. Of a large value the
   * entry tells the length alone.
   *
   * @throws ReadTimestampCompactedException if {@code ts < minRetainedTs()}
   */
  List<KeyValue> scanAt(KeyRange range, int limit, long ts);

  /** As {@link #scanAt}, from the range's end downwards. */
  List<KeyValue> reverseScanAt(KeyRange range, int limit, long ts);

  /**
   * Opens a cursor over the visible keys of the range, before its first one. It sees one point in
   * time however long it lives, in memory that does not grow with the data.
   *
   * @throws ReadTimestampCompactedException if {@code ts < minRetainedTs()}; an open cursor is not
   *     disturbed when the watermark rises later
   */
  MvccCursor openCursor(KeyRange range, long ts, boolean reverse);

  /**
   * The commit timestamp of the key's newest version, tombstones and expired versions included;
   * empty when it has none. Not subject to the watermark.
   */
  OptionalLong latestCommitTs(byte[] key);

  /**
   * The highest commit timestamp written so far; 0 when fresh. Everything that was written up to
   * then is visible, so a read at it is repeatable as long as nothing is written into the past. A
   * write that is just being made may be visible before it counts here.
   */
  long lastCommitTs();

  /** The watermark: the lowest timestamp that can be read. */
  long minRetainedTs();

  /** How many writes were refused with a conflict since the store was opened: a copy, by class. */
  Map<ConflictClass, Long> writeConflictCounts();

  // ---- direct family: fsynced on return, whatever the sync mode -----------------------------

  /**
   * Writes one version.
   *
   * @param expireAt the timestamp from which the version is invisible; 0 for never
   */
  void putAt(byte[] key, byte[] value, long commitTs, long expireAt);

  /** Writes a tombstone, whether or not the key exists. */
  void deleteAt(byte[] key, long commitTs);

  /**
   * Writes, at {@code commitTs}, the version that is visible at {@code commitTs} with a new expiry
   * (0 clears it).
   *
   * @return false, and nothing written, when nothing is visible
   * @throws LargeValueException if what is visible is a large value
   */
  boolean expireAt(byte[] key, long expireAt, long commitTs);

  /**
   * Checks, then writes all mutations at {@code commitTs}, or none. First the written keys, in
   * order, then {@code readKeys}, in order: one whose {@link #latestCommitTs} is above {@code
   * startTs} is a conflict. The last mutation of a key wins. An empty mutation list still checks
   * its reads.
   *
   * @throws WriteConflictException naming the first conflicting key; counted once
   * @throws InvalidArgumentException also if {@code commitTs < startTs}
   */
  void applyMutations(List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs);

  /**
   * Writes a tombstone at {@code commitTs} for exactly the keys that have the prefix, do not have
   * the excluded prefix, and are visible at {@code commitTs}. The empty prefix is every key. No
   * conflict check; newer versions survive; {@link #lastCommitTs()} rises even when nothing
   * matched. Atomic to readers and to a crash, in bounded memory on any number of keys.
   */
  void deletePrefixAt(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs);

  /**
   * Raises the watermark to {@code ts} and deletes nothing; a lower or equal value does nothing.
   */
  void setMinRetainedTs(long ts);

  // ---- raft family: durable as syncMode() says; only the Ratis state machine calls it --------

  /**
   * As {@link #applyMutations}, and in the same write the applied position.
   *
   * @throws InvalidArgumentException also if {@code position} is not above {@link #appliedPosition}
   */
  void applyMutationsRaft(
      LogPosition position,
      List<Mutation> mutations,
      List<byte[]> readKeys,
      long startTs,
      long commitTs);

  /**
   * As {@link #deletePrefixAt}, and in the same write the applied position.
   *
   * @throws InvalidArgumentException also if {@code position} is not above {@link #appliedPosition}
   */
  void deletePrefixAtRaft(
      LogPosition position, byte[] prefix, byte @Nullable [] excludePrefix, long commitTs);

  /**
   * Opens the grouped form: many log entries, one write, one position. While it is open no other
   * write runs; the caller's thread must commit or close it, and until then it may only read: a
   * write or snapshot of it on the store would wait for itself and is an {@link
   * IllegalStateException}.
   */
  RaftBatch openRaftBatch();

  /**
   * Position of the last log entry the raft family has applied; {@link LogPosition#NONE} if none.
   */
  LogPosition appliedPosition();

  // ---- maintenance ---------------------------------------------------------------------------

  /**
   * Raises the watermark to {@code minTs}, durably, then deletes what no read at or above it can
   * see: of each key, all versions at or below {@code minTs} but the newest, and that one as well
   * when it is a tombstone or expired at {@code minTs}. Runs beside reads and writes, in small
   * batches, at a cost that follows the garbage. A lower target does nothing; an equal one finishes
   * what a crash, a cancel or {@link #setMinRetainedTs} left.
   *
   * @throws CancelledException when {@code cancel} says so, between two batches; what was deleted
   *     stays deleted, and the next call goes on
   */
  void compact(long minTs, Cancellation cancel);

  /**
   * Takes a handle on this point in time. Writes nothing until {@link MvccSnapshot#writeTo}. Comes
   * between two writes: it waits for the one that runs, a raft batch that is open included.
   */
  MvccSnapshot snapshot();

  /**
   * Replaces the whole content with that of a stream written by {@link MvccSnapshot#writeTo}, of
   * this or another kind of store. All or nothing, through a crash at any point too: a stream that
   * is empty, cut, or damaged in any bit is refused and the old content stays.
   *
   * <p>Open cursors and snapshots are closed. {@code in} is read to its end and not closed.
   *
   * @throws SnapshotFormatException if the stream is refused, saying why
   * @throws java.io.UncheckedIOException if {@code in} fails; the old content stays
   */
  void restore(InputStream in);

  /** What the raft family obeys; fixed when the store was opened. */
  SyncMode syncMode();

  /**
   * Waits for running calls, closes open cursors, snapshots and batches, then the store.
   * Idempotent. From inside one of the store's own calls (a {@link Cancellation}, the stream of a
   * restore) it is an {@link IllegalStateException}, and the store stays open.
   */
  @Override
  void close();
}
