// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

/**
 * What a replica keeps of the log. Bounds: the kept entries by the builder's {@code
 * checkpointEvery} and {@code checkpointBytes}, and by half of both for the tail that a purge
 * leaves; the replayed ones by the sync mode, in nowal mode by the flush schedule of the store's
 * options.
 *
 * <pre>{@code
 * node.checkpoint(Duration.ofSeconds(30)); // the log up to it can be purged
 * LogBacklog backlog = node.logBacklog();
 * long kept = backlog.keptEntries();
 * long replayed = backlog.replayedEntries(); // by a restart after a power loss
 * }</pre>
 *
 * @param firstIndex of the log's first entry
 * @param lastIndex of the log's last entry; one below the first when the log is empty
 * @param durableIndex of the last entry whose effect the store holds durably; -1 for none
 */
public record LogBacklog(long firstIndex, long lastIndex, long durableIndex) {

  /** How many entries the log holds. */
  public long keptEntries() {
    return lastIndex - firstIndex + 1;
  }

  /** How many entries a restart after a power loss would apply again. */
  public long replayedEntries() {
    return Math.max(0, lastIndex - durableIndex);
  }
}
