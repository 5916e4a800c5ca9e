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

  /** As {@link MvccStore#applyMutations}, into the batch. */
  void applyMutationsRaft(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs);

  /** As {@link MvccStore#deletePrefixAt}, into the batch. */
  void deletePrefixAtRaft(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs);

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
