// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.raft.server.Appenders;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** The settings of Ratis that are not left at their default, each with its reason. */
final class RaftSettings {

  private static final int MIB = 1024 * 1024;
  static final int SEGMENT_BYTES = 4 * MIB;
  private static final int SNAPSHOT_CHUNK_BYTES = 4 * MIB;
  private static final int OUTSTANDING_CHUNKS = 2;
  private static final Duration CHUNK_TIMEOUT = Duration.ofSeconds(2);
  /* Pairs of a pause, drawn anew between its half and its one and a half, and how often it is. */
  private static final String PAUSES_AFTER_ERRORS = "1ms, 10, 250ms, 2000000000";
  private static final int RECORD_OVERHEAD_BYTES = 64 * 1024;
  private static final int OUTSTANDING_APPENDS = 2;
  private static final Duration SHORTEST_LINK_TIMEOUT = Duration.ofSeconds(30);

  private RaftSettings() {}

  static RaftProperties of(NodeSettings node, NodeMemory memory, Path raftDir) {
    RaftProperties raft = new RaftProperties();
    RaftConfigKeys.Rpc.setType(raft, new Appenders());
    GrpcConfigKeys.Server.setHost(raft, node.self().host());
    GrpcConfigKeys.Server.setPort(raft, node.self().port());
    RaftServerConfigKeys.setStorageDir(raft, List.<File>of(raftDir.toFile()));
    times(raft, node);
    log(raft, memory);
    sizes(raft, node);
    checkpoints(raft);
    return raft;
  }

  private static void times(RaftProperties raft, NodeSettings node) {
    // Well above Ratis's 150 to 300 ms: a collector's pause is not an election. Not higher, because
    // a follower looks at the last word of its leader only between two sleeps of this length, so
    // that fail-over takes one and a half of them as a rule and two at worst.
    RaftServerConfigKeys.Rpc.setTimeoutMin(raft, time(node.electionMin()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(raft, time(node.electionMax()));
    // Before the first leader there is nobody whose pause one could mistake: be quick. A replica
    // that comes back into a running group asks for a pre-vote first, so it disturbs nobody.
    long divisor = node.members().size() == 1 ? 40 : 4;
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
        raft, time(node.electionMin().dividedBy(divisor)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
        raft, time(node.electionMax().dividedBy(divisor)));
    // A replica that is away is looked for again within a second, however long it was away; of a
    // host that answers nothing at all, the connection attempt takes its own time.
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(raft, PAUSES_AFTER_ERRORS);
    // A long pause makes the leader step down; it must not close the server.
    RaftServerConfigKeys.setCloseThreshold(raft, TimeDuration.valueOf(3650, TimeUnit.DAYS));
    // No request is ever repeated under its id, so nothing needs to be remembered for long.
    RaftServerConfigKeys.RetryCache.setExpiryTime(raft, TimeDuration.valueOf(2, TimeUnit.SECONDS));
  }

  /** After which a request to another replica that has no answer ends the connection. */
  static Duration linkTimeout(NodeSettings node) {
    Duration link = node.requestTimeout().multipliedBy(2);
    return link.compareTo(SHORTEST_LINK_TIMEOUT) < 0 ? SHORTEST_LINK_TIMEOUT : link;
  }

  private static void log(RaftProperties raft, NodeMemory memory) {
    // An entry counts only when it is fsynced: said here, so that no default can change it.
    RaftServerConfigKeys.Log.setUseMemory(raft, false);
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(raft, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(raft, false);
    RaftServerConfigKeys.Log.setForceSyncNum(raft, 128);
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        raft, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    // A lone writer waits for neither a timer nor an extra entry.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(raft, false);
    RaftServerConfigKeys.Log.Appender.setWaitTimeMin(
        raft, TimeDuration.valueOf(0, TimeUnit.MILLISECONDS));
    // What that leaves undone is done by AppendsInTurn.
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(raft, false);
    RaftServerConfigKeys.Log.setSegmentSizeMax(raft, SizeInBytes.valueOf(SEGMENT_BYTES));
    RaftServerConfigKeys.Log.setPreallocatedSize(raft, SizeInBytes.valueOf(SEGMENT_BYTES));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(raft, 8);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(
        raft, SizeInBytes.valueOf(memory.segmentCache()));
    // The state machine has the log cut, even while a replica is away, but for a tail; the tail
    // that Ratis knows is of so many entries, whatever they hold. By itself Ratis cuts only after
    // a checkpoint that it was asked for, and then no more than every replica has.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(raft, false);
    RaftServerConfigKeys.Log.setPurgeGap(raft, 1);
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(raft, 0);
  }

  /* command limit < entry limit = appender limit < write buffer, entry limit < message size */
  private static void sizes(RaftProperties raft, NodeSettings node) {
    int entry = node.maxEntryBytes();
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(raft, SizeInBytes.valueOf(entry));
    RaftServerConfigKeys.Log.setWriteBufferSize(raft, SizeInBytes.valueOf(logBufferBytes(node)));
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
        raft, SizeInBytes.valueOf(SNAPSHOT_CHUNK_BYTES));
    // When a replica goes away while a checkpoint is sent to it, the leader does not notice before
    // all chunks under way together have had their time; until then it does not look whether the
    // replica is back.
    GrpcConfigKeys.Server.setInstallSnapshotRequestElementLimit(raft, OUTSTANDING_CHUNKS);
    GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(raft, time(CHUNK_TIMEOUT));
    GrpcConfigKeys.setMessageSizeMax(raft, SizeInBytes.valueOf(messageBytes(node)));
    // They pass an append that waits its turn.
    GrpcConfigKeys.Server.setHeartbeatChannel(raft, true);
    // A follower holds on its heap what it has not answered. Two keep the line busy, as what comes
    // together travels together.
    GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(raft, OUTSTANDING_APPENDS);
    // An append that finds the queue of the log's writer full waits with the log locked, and until
    // it is taken nothing is applied. So all appends fit: in bytes, and whatever their number.
    long appends = Math.max(node.maxBytes(), (long) OUTSTANDING_APPENDS * entry) + 64L * MIB;
    RaftServerConfigKeys.Log.setQueueByteLimit(
        raft, SizeInBytes.valueOf(Math.min(appends, Integer.MAX_VALUE - MIB)));
    RaftServerConfigKeys.Log.setQueueElementLimit(raft, Integer.MAX_VALUE);
    // The node's own bounds come first, and say so without a word from Ratis.
    RaftServerConfigKeys.Write.setElementLimit(raft, Integer.MAX_VALUE / 2);
    RaftServerConfigKeys.Write.setByteLimit(raft, SizeInBytes.valueOf(1L << 50));
  }

  static int messageBytes(NodeSettings node) {
    return node.maxEntryBytes() + MIB;
  }

  static long logBufferBytes(NodeSettings node) {
    return (long) node.maxEntryBytes() + RECORD_OVERHEAD_BYTES;
  }

  private static void checkpoints(RaftProperties raft) {
    // The state machine takes them by itself: it knows how many bytes the log has grown by.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(raft, false);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(raft, 2);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(raft, false);
    RaftServerConfigKeys.Snapshot.setCreationGap(raft, 1);
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
