// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.upkeep;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.fsm.interpret.LogTime;
import io.kvorum.fsm.interpret.RecordedCommit;
import io.kvorum.fsm.interpret.StateReads;
import io.kvorum.fsm.wire.Request;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds what the passing of time asks for. Costs a few lookups, whatever the store holds.
 *
 * @param retentionMillis how long old versions can be read
 */
record Due(CheckpointableStore store, long retentionMillis) {

  /** What a leader should propose at this time by its clock; empty: nothing would come of it. */
  Optional<Request> at(long epochMillis) {
    Optional<Request> raise = raise(epochMillis);
    return raise.isPresent() ? raise : rest(epochMillis);
  }

  /** A higher watermark, if something can be collected by it. */
  Optional<Request> raise(long epochMillis) {
    long target = LogTime.before(now(epochMillis), retentionMillis);
    return canCollect(store.minRetainedTs(), target)
        ? Optional.of(new Request.Watermark(target))
        : Optional.empty();
  }

  /** What is taken in bounded parts, so that there may be more of it at once. */
  Optional<Request> rest(long epochMillis) {
    if (StateReads.isSweepDue(store)) {
      return Optional.of(new Request.Watermark(store.minRetainedTs()));
    }
    // Sessions, locks and uploads are looked at by whatever entry comes next.
    return StateReads.nextDue(store) <= now(epochMillis)
        ? Optional.of(new Request.Clock(0))
        : Optional.empty();
  }

  private long now(long epochMillis) {
    return Math.max(LogTime.ofMillis(epochMillis), store.lastCommitTs());
  }

  /** Whether something is to be collected that only a watermark of {@code target} allows. */
  private boolean canCollect(long watermark, long target) {
    return target > watermark
        && (isWithin(RecordedCommit.oldest(store), target)
            || isWithin(store.nextGarbageTs(watermark), target));
  }

  private static boolean isWithin(OptionalLong ts, long target) {
    return ts.isPresent() && ts.getAsLong() <= target;
  }
}
