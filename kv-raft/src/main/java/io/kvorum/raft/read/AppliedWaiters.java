// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * How far this replica has applied the log, and those who wait for more. Futures complete on the
 * thread that applies, which must not be held up; they have no timeout of their own, and one that
 * its owner completes is forgotten.
 */
public final class AppliedWaiters {

  private final RisingLevel<LogPosition> positions;
  private final RisingLevel<Long> timestamps;

  /**
   * @param lastCommitTs the store's, at that position
   */
  public AppliedWaiters(LogPosition applied, long lastCommitTs) {
    positions = new RisingLevel<>(applied, LogPosition::index);
    timestamps = new RisingLevel<>(lastCommitTs, Long::longValue);
  }

  /** What can be read here. */
  public LogPosition applied() {
    return positions.value();
  }

  /** The highest commit timestamp that can be read here. */
  public long lastCommitTs() {
    return timestamps.value();
  }

  /** Completes once this index is applied. */
  public CompletableFuture<LogPosition> await(long index) {
    return positions.await(index);
  }

  /** Completes once a commit at or above this timestamp is applied. */
  public CompletableFuture<Long> awaitTimestamp(long commitTs) {
    return timestamps.await(commitTs);
  }

  /** Everything up to here can be read now. What is lower than before is ignored. */
  public void advance(LogPosition position, long lastCommitTs) {
    timestamps.advance(lastCommitTs); // first: who waited for the position asks for it
    positions.advance(position);
  }

  /** Fails those who wait and those who come, unless what they wait for is applied already. */
  public void stop(Supplier<KvException> reason) {
    positions.stop(reason);
    timestamps.stop(reason);
  }
}
