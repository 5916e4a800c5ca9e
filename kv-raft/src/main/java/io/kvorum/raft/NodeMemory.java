// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.store.MemoryBudget;

/**
 * How a replica spends its memory budget, in bytes:
 *
 * <pre>
 * inFlight       := maxInFlight's bytes                         commands on their way, on the heap
 * logBuffer      := maxEntryBytes + 64 KiB                      of the log's writer, direct memory
 * appendBuffers  := (members - 1) * maxEntryBytes               one for each follower
 * segmentCache   := budget / 16, from 2 to 8 segments of 4 MiB  of the Raft log, on the heap
 * local          := budget / 16, at least what a store needs    the node-local store
 * store          := what is left, at least what a store needs   the replicated store
 * </pre>
 *
 * <p>The first three follow from limits the user set, so a budget that cannot hold them beside two
 * stores is refused. They are the leader's; a replica that follows has in their place two appends
 * that it has not answered, and what it has appended and not applied, which {@code Backlog} limits.
 * Not in here: what gRPC keeps in direct memory on its way through a socket. That pool belongs to
 * the JVM, not to a replica, and has a bound of its own, {@code -XX:MaxDirectMemorySize}.
 */
record NodeMemory(
    long inFlight, long logBuffer, long appendBuffers, long segmentCache, long local, long store) {

  private static final int SMALL_SHARE = 16;
  private static final long LOWEST_SEGMENT_CACHE = 2L * RaftSettings.SEGMENT_BYTES;
  private static final long HIGHEST_SEGMENT_CACHE = 8L * RaftSettings.SEGMENT_BYTES;

  /**
   * The split of what the settings give.
   *
   * @throws InvalidArgumentException if it is too little for the limits in the settings
   */
  static NodeMemory of(NodeSettings settings) {
    long budget = MemoryBudget.of(settings.storeOptions());
    int entry = settings.maxEntryBytes();
    long logBuffer = RaftSettings.logBufferBytes(settings);
    long appendBuffers = (settings.members().size() - 1L) * entry;
    long share = budget / SMALL_SHARE;
    long cache = Math.max(LOWEST_SEGMENT_CACHE, Math.min(share, HIGHEST_SEGMENT_CACHE));
    long lowest = MemoryBudget.lowestForStore(settings.storeOptions().maxValueBytes());
    long local = Math.max(lowest, share);
    long fixed = Math.addExact(logBuffer + appendBuffers, settings.maxBytes());
    long store = budget - fixed - cache - local;
    if (store < lowest) {
      throw refused(settings, budget, fixed + cache + local + lowest);
    }
    return new NodeMemory(settings.maxBytes(), logBuffer, appendBuffers, cache, local, store);
  }

  private static InvalidArgumentException refused(NodeSettings settings, long budget, long needed) {
    return new InvalidArgumentException(
        "memoryBudget is "
            + budget
            + ", at least "
            + needed
            + " are needed for maxInFlight "
            + settings.maxBytes()
            + " bytes, entries of "
            + settings.maxEntryBytes()
            + " bytes, maxValueBytes "
            + settings.storeOptions().maxValueBytes()
            + " and "
            + settings.members().size()
            + " members; raise the one or lower the others");
  }
}
