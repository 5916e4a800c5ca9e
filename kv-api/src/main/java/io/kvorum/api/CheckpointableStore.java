// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that can be copied to files on disk and replaced by such a copy: what a replica needs
 * beyond {@link MvccStore}. Only a replica calls these methods.
 *
 * <p><b>State records</b> are what a state machine keeps for itself: unversioned, a key and a value
 * each, in a key space of their own that no user key can reach and no user read can see. They are
 * written by a {@link RaftBatch} only, in one write with the data, and travel with it in snapshots
 * and checkpoints. They have no conflicts, no watermark and no expiry.
 *
 * <p><b>Large values.</b> A version may be a {@link LargeReference}: its bytes are state records,
 * and what becomes of them is the state machine's business. It is a version in every other respect.
 * Reads that would have to return its bytes throw {@link LargeValueException}; scans and cursors
 * show its length. Only {@link RaftBatch#putLargeRaft} writes one.
 *
 * <pre>{@code
 * LogPosition held = store.checkpoint(dir); // fsynced; dir did not exist
 * other.installCheckpoint(dir);
 * boolean same = other.appliedPosition().equals(held); // true
 * }</pre>
 */
public interface CheckpointableStore extends MvccStore {

  /** Longest key of a state record, in bytes: a user key and what is put before it. */
  int MAX_RECORD_KEY_BYTES = MAX_KEY_BYTES + 1024;

  /** Longest value of a state record, in bytes. */
  int MAX_RECORD_VALUE_BYTES = 1 << 30;

  /** The value of a state record; null when there is none. */
  byte @Nullable [] getRecord(byte[] key);

  /**
   * The first {@code limit} state records of the range, ascending, all from one point in time.
   * Empty when {@code limit <= 0} or the range is empty or inverted.
   */
  List<KeyValue> scanRecords(KeyRange range, int limit);

  /**
   * Opens a walk over the state records of the range, before its first one: for records that are
   * too many or too long for a list. It sees one point in time however long it lives.
   */
  RecordCursor openRecords(KeyRange range);

  /**
   * What a read at {@code ts} finds of a large value; null when nothing is visible there, or a
   * value that {@link #getAt} returns.
   *
   * @throws ReadTimestampCompactedException if {@code ts < minRetainedTs()}
   */
  @Nullable LargeReference largeAt(byte[] key, long ts);

  /**
   * The lowest timestamp above {@code ts} up to which a {@link #compact} may find something that
   * none up to {@code ts} could; empty when nothing that was written is ever to be collected above
   * it. It may find nothing in the end. What one write has replaced may all be due at the highest
   * timestamp of that write. On a store on disk this is two lookups.
   *
   * @param ts at or above {@link #minRetainedTs}
   */
  OptionalLong nextGarbageTs(long ts);

  /**
   * Writes a complete copy of the store into {@code dir}, which must not exist and whose parent
   * must. Runs beside reads and writes. On return every file of the copy is fsynced, {@code dir}
   * itself too (not its parent), and the store's own applied position is durable at or above the
   * one returned.
   *
   * @return the applied position the copy holds
   * @throws StoreFailedException if it could not be written; {@code dir} may then hold a part
   */
  LogPosition checkpoint(Path dir);

  /**
   * Replaces the whole content, applied position included, with the copy in {@code dir}, which is
   * left as it is. All or nothing, through a crash at any point too. Open cursors and snapshots are
   * closed. Durable on return.
   *
   * @throws StoreCorruptException if the copy cannot be opened; the old content stays
   */
  void installCheckpoint(Path dir);

  /**
   * The position up to which the applied log entries would still be here after a power loss: in
   * {@link SyncMode#SYNC} the applied one; in {@link SyncMode#NOSYNC} the one applied when the
   * write-ahead log was last synced; in {@link SyncMode#NOWAL} the one in the last completed flush.
   * Never falls while the store is open, but for an {@link #installCheckpoint} or {@link #restore}
   * of an older content.
   */
  LogPosition durablePosition();

  /**
   * Has the listener called once, when the store has failed for good: at once if it has already,
   * else by the thread that met the failure, which may belong to the store itself. It must not
   * block. The last one that was given counts.
   */
  void onFailure(Consumer<StoreFailedException> listener);
}
