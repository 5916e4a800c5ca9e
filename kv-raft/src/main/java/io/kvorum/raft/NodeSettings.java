// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.CheckpointSchedule;
import io.kvorum.fsm.LogTail;
import io.kvorum.raft.log.BoundedTail;
import io.kvorum.raft.submit.Route;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/**
 * A description of a replica that has been checked.
 *
 * @param members every replica of the group, this one included
 * @param checkpoints how much of the log lies between two checkpoints
 * @param diskReserveBytes what must be left on the disk for a write to be taken
 * @param retention how long old versions can be read, if this replica leads
 * @param freeBytes tells what is left on the disk of the data directory
 * @param sessionTimeToLive how long a session of the node lives without a sign of life
 * @param uploadTimeToLive how long a value that is written in parts lives without progress
 * @param route stands around the node's ways into the log, to put faults into it
 */
record NodeSettings(
    Path dataDir,
    Member self,
    List<Member> members,
    String cluster,
    StoreOptions storeOptions,
    Duration requestTimeout,
    Duration electionMin,
    Duration electionMax,
    CheckpointSchedule checkpoints,
    int maxRequests,
    long maxBytes,
    long diskReserveBytes,
    Duration retention,
    LongSupplier freeBytes,
    Duration sessionTimeToLive,
    Duration uploadTimeToLive,
    UnaryOperator<Route> route) {

  /** The longest value that fits into a log entry, whatever the store allows. */
  static final int MAX_VALUE_BYTES = 256 * 1024 * 1024;

  private static final long LONGEST_TAIL_ENTRIES = 10_000;
  private static final int COMMAND_SLACK_BYTES = 1024 * 1024;
  private static final int ENTRY_SLACK_BYTES = 64 * 1024;

  /** The longest command: any one value with its key fits, many together may not. */
  int maxCommandBytes() {
    return Math.max(storeOptions.maxValueBytes(), StoreOptions.DEFAULT_MAX_VALUE_BYTES)
        + COMMAND_SLACK_BYTES;
  }

  /** The longest log entry: a command and what Raft writes around it. */
  int maxEntryBytes() {
    return maxCommandBytes() + ENTRY_SLACK_BYTES;
  }

  /**
   * What of the log stays below a checkpoint: half of what may lie between two of them, and at most
   * 10,000 entries. It spares a replica that was away only briefly the whole copy.
   *
   * @param directory of the log
   */
  LogTail tail(Path directory) {
    return new BoundedTail(
        directory,
        Math.min(checkpoints.entries() / 2, LONGEST_TAIL_ENTRIES),
        checkpoints.bytes() / 2);
  }

  /** The Raft group: its id follows from the name of the cluster. */
  RaftGroup raftGroup() {
    UUID id = UUID.nameUUIDFromBytes(cluster.getBytes(StandardCharsets.UTF_8));
    return RaftGroup.valueOf(
        RaftGroupId.valueOf(id),
        members.stream()
            .map(m -> RaftPeer.newBuilder().setId(m.id()).setAddress(m.address()).build())
            .toList());
  }

  /** The same with another port for the only member. */
  NodeSettings withPort(int port) {
    Member member = self.withPort(port);
    return new NodeSettings(
        dataDir,
        member,
        List.of(member),
        cluster,
        storeOptions,
        requestTimeout,
        electionMin,
        electionMax,
        checkpoints,
        maxRequests,
        maxBytes,
        diskReserveBytes,
        retention,
        freeBytes,
        sessionTimeToLive,
        uploadTimeToLive,
        route);
  }
}
