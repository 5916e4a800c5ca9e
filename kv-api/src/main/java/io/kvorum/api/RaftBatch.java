// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Many log entries, written as one: data, {@code lastCommitTs} and the applied position of the
 * whole group are a single write. Used by one thread. Its reads and conflict checks see its own
 * earlier writes; nobody else sees any of them before {@link #commit}.
 *
 * <p>A call that is refused (a conflict, a bad argument) leaves the batch as it was before that
 * call, so the batch can go on with the next entry.
 *
 * <pre>{@code
 * try (RaftBatch batch = store.openRaftBatch()) {
 *   batch.applyMutationsRaft(List.of(Mutation.put(key, value)), List.of(), 10, 10);
 *   batch.putLargeRaft(large, new LargeReference(5 << 20, 1), 11, 0);
 *   batch.putRecord(name, value); // the state machine's own
 *   batch.commit(position); // all of it, as one write
 * }
 * }</pre>
 */
public interface RaftBatch extends AutoCloseable {

  /** As {@link MvccStore#getAt}, the batch's own earlier writes included. */
  byte @Nullable [] getAt(byte[] key, long ts);

  /** As {@link MvccStore#latestCommitTs}, the batch's own earlier writes included. */
  OptionalLong latestCommitTs(byte[] key);

  /** As {@link MvccStore#lastCommitTs}, the batch's own earlier writes included. */
  long lastCommitTs();

  /**
   * About how much memory the batch holds, in bytes, the old versions that it moves included:
   * whoever groups entries ends the group before this grows large.
   */
  long approximateBytes();

  /**
   * Says which keys later calls will touch, so that the store may read many of them at once.
   * Changes nothing but the time that those calls take and {@link #approximateBytes()}. A bounded
   * part is read. Refuses no key: the call that uses a bad one does.
   */
  void prefetch(List<byte[]> keys);

  /**
   * As {@link MvccStore#applyMutations}, into the batch. But a value may have as many bytes as any
   * store can allow, whatever {@link StoreOptions#maxValueBytes} of this one: all replicas must
   * make the same of their log, so whoever proposes an entry checks that limit.
   */
  void applyMutationsRaft(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs);

  /**
   * Writes one version whose bytes stand in state records, without a conflict check.
   *
   * @param expireAt the timestamp from which the version is invisible; 0 for never
   */
  void putLargeRaft(byte[] key, LargeReference large, long commitTs, long expireAt);

  /** As {@link CheckpointableStore#largeAt}, the batch's own earlier writes included. */
  @Nullable LargeReference largeAt(byte[] key, long ts);

  /** As {@link MvccStore#deletePrefixAt}, into the batch. */
  void deletePrefixAtRaft(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs);

  /**
   * Checks what {@link #applyMutationsRaft} would check, arguments and conflicts, and writes
   * nothing.
   *
   * @throws WriteConflictException as {@link #applyMutationsRaft}
   * @throws InvalidArgumentException as {@link #applyMutationsRaft}
   */
  void checkMutationsRaft(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs);

  /**
   * The first key of the range whose {@link #latestCommitTs} is above {@code ts}, tombstones
   * included, the batch's own writes included; null when nothing in the range has changed since.
   * Costs a step for every key of the range up to the one that is found, live or dead, with none of
   * their history.
   *
   * @param ts at or above {@link #minRetainedTs}: below it dead keys may be gone without a trace
   * @param maxKeys the most keys of the range that may be visible at {@code ts}
   * @throws InvalidArgumentException if more than {@code maxKeys} are passed on the way; the answer
   *     is the same on every store with the same content, whatever was collected
   * @throws ReadTimestampCompactedException if {@code ts < minRetainedTs()}
   */
  byte @Nullable [] firstKeyChangedAfter(KeyRange range, long ts, int maxKeys);

  /**
   * Lets time pass without data: {@link #lastCommitTs} is at least {@code commitTs} afterwards. A
   * lower or equal value does nothing.
   */
  void advanceTo(long commitTs);

  /** The watermark, the batch's own {@link #setMinRetainedTs} included. */
  long minRetainedTs();

  /** As {@link MvccStore#setMinRetainedTs}, into the batch: in force for its later calls. */
  void setMinRetainedTs(long ts);

  // ---- state records: see CheckpointableStore ----------------------------------------------

  /** The value of a state record, the batch's own writes included; null when there is none. */
  byte @Nullable [] getRecord(byte[] key);

  /**
   * Writes a state record, in place of the one that stands there.
   *
   * @param key 1 to {@value CheckpointableStore#MAX_RECORD_KEY_BYTES} bytes
   * @param value up to {@value CheckpointableStore#MAX_RECORD_VALUE_BYTES} bytes
   */
  void putRecord(byte[] key, byte[] value);

  /** Removes a state record, whether or not it exists. */
  void deleteRecord(byte[] key);

  /**
   * Removes all state records of the range, those that the batch has written so far included. Meant
   * for ranges that may hold many: a store on disk notes the range, not each record. Does nothing
   * when the range is empty or inverted.
   */
  void deleteRecords(KeyRange range);

  /**
   * The first {@code limit} state records of the range, ascending, the batch's own writes included.
   * Empty when {@code limit <= 0} or the range is empty or inverted.
   */
  List<KeyValue> scanRecords(KeyRange range, int limit);

  /**
   * Writes everything, durable on return as {@link MvccStore#syncMode()} says, and ends the batch.
   * A batch without mutations still writes the position.
   *
   * @param position of the group's last entry; must be above {@link MvccStore#appliedPosition()}
   * @throws StoreFailedException if the write fails; the store has stopped
   */
  void commit(LogPosition position);

  /** Ends the batch; without a {@link #commit} before, nothing of it was written. Idempotent. */
  @Override
  void close();
}
