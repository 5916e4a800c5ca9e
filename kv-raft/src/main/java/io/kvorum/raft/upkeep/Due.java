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
 * Finds what the passing of time asks for. Costs three lookups, whatever the store holds.
 *
 * @param retentionMillis how long old versions can be read
 */
record Due(CheckpointableStore store, long retentionMillis) {

  /** What a leader should propose at this time by its clock; empty: nothing would come of it. */
  Optional<Request> at(long epochMillis) {
    long now = Math.max(LogTime.ofMillis(epochMillis), store.lastCommitTs());
    long target = LogTime.before(now, retentionMillis);
    if (canCollect(store.minRetainedTs(), target)) {
      return Optional.of(new Request.Watermark(target));
    }
    // Sessions and locks are looked at by whatever entry comes next.
    return StateReads.nextDue(store) <= now ? Optional.of(new Request.Clock(0)) : Optional.empty();
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
