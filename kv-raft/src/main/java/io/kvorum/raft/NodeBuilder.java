// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.fsm.CheckpointSchedule;
import io.kvorum.fsm.interpret.InterpreterLimits;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.submit.Route;
import io.kvorum.store.MemoryBudget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Collects and checks the description of a replica. */
final class NodeBuilder implements KvNode.Builder {

  static final String DEFAULT_ID = "n1";
  private static final String DEFAULT_CLUSTER = "kvorum";
  private static final long HIGHEST_MEMTABLES_TWICE = 256L << 20;
  private static final long COMPACTION_BYTES = 256L << 20;
  private static final long LOWEST_CHECKPOINT_BYTES = 1L << 20;
  private static final Duration LOWEST_RETENTION = Duration.ofSeconds(1);
  private static final Duration HIGHEST_RETENTION = Duration.ofDays(36_500);
  private static final Duration LOWEST_ELECTION = Duration.ofMillis(50);
  private static final Duration HIGHEST_ELECTION = Duration.ofMinutes(10);
  private static final Duration LOWEST_SESSION =
      Duration.ofMillis(InterpreterLimits.MIN_SESSION_MILLIS);
  private static final Duration HIGHEST_SESSION =
      Duration.ofMillis(InterpreterLimits.MAX_SESSION_MILLIS);
  private static final Duration LOWEST_UPLOAD =
      Duration.ofMillis(InterpreterLimits.MIN_UPLOAD_MILLIS);
  private static final Duration HIGHEST_UPLOAD =
      Duration.ofMillis(InterpreterLimits.MAX_UPLOAD_MILLIS);

  private @Nullable Path dataDir;
  private @Nullable Member peer;
  private @Nullable String idInGroup;
  private @Nullable Map<String, Member> group;
  private String cluster = DEFAULT_CLUSTER;
  private StoreOptions storeOptions = StoreOptions.defaults();
  private @Nullable SyncMode syncMode;
  private Duration requestTimeout = Duration.ofSeconds(10);
  private Duration electionMin = Duration.ofMillis(600);
  private Duration electionMax = Duration.ofMillis(1100);
  private long checkpointEvery = 100_000;
  private long checkpointBytes = 256L << 20;
  private int maxRequests = 4096;
  private long maxBytes = 64L << 20;
  private @Nullable Long diskReserveBytes;
  private @Nullable LongSupplier freeBytes;
  private Duration retention = Duration.ofMinutes(10);
  private Duration sessionTimeToLive = Duration.ofHours(1);
  private Duration uploadTimeToLive = Duration.ofMinutes(10);
  private UnaryOperator<Route> route = UnaryOperator.identity();
  private boolean insecureTransport;

  @Override
  public KvNode.Builder dataDir(Path dir) {
    dataDir = dir;
    return this;
  }

  @Override
  public KvNode.Builder peer(String id, String address) {
    peer = Member.of(id, address);
    idInGroup = null;
    return this;
  }

  @Override
  public KvNode.Builder peer(String id) {
    peer = null;
    idInGroup = id;
    return this;
  }

  @Override
  public KvNode.Builder group(String peers) {
    group = Member.group(peers);
    return this;
  }

  @Override
  public KvNode.Builder cluster(String name) {
    if (name.isBlank()) {
      throw new InvalidArgumentException("the cluster name is blank");
    }
    cluster = name;
    return this;
  }

  @Override
  public KvNode.Builder storeOptions(StoreOptions options) {
    if (options.maxValueBytes() > NodeSettings.MAX_VALUE_BYTES) {
      throw new InvalidArgumentException(
          "maxValueBytes is "
              + options.maxValueBytes()
              + ", a replicated store allows at most "
              + NodeSettings.MAX_VALUE_BYTES);
    }
    storeOptions = options;
    return this;
  }

  @Override
  public KvNode.Builder fsmSyncMode(SyncMode mode) {
    syncMode = mode;
    return this;
  }

  @Override
  public KvNode.Builder requestTimeout(Duration timeout) {
    Deadline.checkTimeout(timeout, "requestTimeout");
    requestTimeout = timeout;
    return this;
  }

  @Override
  public KvNode.Builder electionTimeout(Duration min, Duration max) {
    if (min.compareTo(LOWEST_ELECTION) < 0
        || max.compareTo(HIGHEST_ELECTION) > 0
        || min.compareTo(max) >= 0) {
      throw new InvalidArgumentException(
          "electionTimeout is "
              + min
              + " to "
              + max
              + ", allowed are "
              + LOWEST_ELECTION
              + " to "
              + HIGHEST_ELECTION
              + " with min below max");
    }
    electionMin = min;
    electionMax = max;
    return this;
  }

  @Override
  public KvNode.Builder checkpointEvery(long entries) {
    if (entries < 1) {
      throw new InvalidArgumentException("checkpointEvery is " + entries + ", it must be positive");
    }
    checkpointEvery = entries;
    return this;
  }

  @Override
  public KvNode.Builder checkpointBytes(long bytes) {
    if (bytes < LOWEST_CHECKPOINT_BYTES) {
      throw new InvalidArgumentException(
          "checkpointBytes is " + bytes + ", it must be at least " + LOWEST_CHECKPOINT_BYTES);
    }
    checkpointBytes = bytes;
    return this;
  }

  @Override
  public KvNode.Builder maxInFlight(int requests, long bytes) {
    if (requests < 1 || bytes < 1) {
      throw new InvalidArgumentException(
          "maxInFlight is " + requests + " requests, " + bytes + " bytes: both must be positive");
    }
    maxRequests = requests;
    maxBytes = bytes;
    return this;
  }

  @Override
  public KvNode.Builder diskReserve(long bytes) {
    if (bytes < 0) {
      throw new InvalidArgumentException("diskReserve is " + bytes + ", it must not be negative");
    }
    diskReserveBytes = bytes;
    return this;
  }

  @Override
  public KvNode.Builder retention(Duration time) {
    between(time, LOWEST_RETENTION, HIGHEST_RETENTION, "retention");
    retention = time;
    return this;
  }

  @Override
  public KvNode.Builder sessionTimeToLive(Duration timeToLive) {
    between(timeToLive, LOWEST_SESSION, HIGHEST_SESSION, "sessionTimeToLive");
    sessionTimeToLive = timeToLive;
    return this;
  }

  @Override
  public KvNode.Builder uploadTimeToLive(Duration timeToLive) {
    between(timeToLive, LOWEST_UPLOAD, HIGHEST_UPLOAD, "uploadTimeToLive");
    uploadTimeToLive = timeToLive;
    return this;
  }

  private static void between(Duration given, Duration lowest, Duration highest, String what) {
    if (given.compareTo(lowest) < 0 || given.compareTo(highest) > 0) {
      throw new InvalidArgumentException(
          what + " is " + given + ", allowed are " + lowest + " to " + highest);
    }
  }

  /** For tests: puts faults into the node's ways into the log. */
  NodeBuilder route(UnaryOperator<Route> around) {
    route = around;
    return this;
  }

  /** For tests: tells what is left on the disk. */
  NodeBuilder freeBytes(LongSupplier reading) {
    freeBytes = reading;
    return this;
  }

  @Override
  public KvNode.Builder insecureTransport() {
    insecureTransport = true;
    return this;
  }

  @Override
  public KvNode start() {
    return NodeStart.start(settings());
  }

  /** Checks what only the whole description tells. */
  NodeSettings settings() {
    Path dir = dataDir;
    if (dir == null) {
      throw new InvalidArgumentException(
          "dataDir is missing: say where the replica keeps its data");
    }
    Member self = peer;
    Map<String, Member> members = group;
    if (idInGroup != null) {
      self = inGroup(idInGroup, members);
    } else if (self == null && members == null) {
      self = new Member(DEFAULT_ID, "127.0.0.1", 0);
    } else if (self == null) {
      throw new InvalidArgumentException("peer is missing: say which of " + members + " this is");
    }
    if (members == null) {
      members = Map.of(self.id(), self);
    }
    Member listed = inGroup(self.id(), members);
    if (!listed.equals(self)) {
      throw new InvalidArgumentException(
          "peer "
              + self.id()
              + " is at "
              + self.address()
              + ", the group says "
              + listed.address());
    }
    checkLoopback(self);
    StoreOptions options = syncMode == null ? storeOptions : storeOptions.withFsmSyncMode(syncMode);
    return new NodeSettings(
        dir,
        self,
        List.copyOf(members.values()),
        cluster,
        options,
        requestTimeout,
        electionMin,
        electionMax,
        new CheckpointSchedule(checkpointEvery, checkpointBytes),
        maxRequests,
        maxBytes,
        diskReserveBytes != null ? diskReserveBytes : defaultReserve(options, maxBytes),
        retention,
        freeBytes != null ? freeBytes : dir.toAbsolutePath().toFile()::getUsableSpace,
        sessionTimeToLive,
        uploadTimeToLive,
        route);
  }

  /*
   * What may still be written after the last write was taken. Of each byte in flight: once in the
   * Raft log, once in the store's log, once in a table file. The memtables, at most 128 MiB and a
   * third of the budget, once flushed and once as the log that a checkpoint copies. The segment
   * of the Raft log that is filled and the next one, allocated in advance. And the output of a
   * compaction, whose input is deleted only afterwards.
   */
  private static long defaultReserve(StoreOptions options, long maxBytes) {
    long inFlight = 3 * Math.min(maxBytes, Long.MAX_VALUE / 8);
    return inFlight
        + Math.min(MemoryBudget.of(options), HIGHEST_MEMTABLES_TWICE)
        + 2L * RaftSettings.SEGMENT_BYTES
        + COMPACTION_BYTES;
  }

  private static Member inGroup(String id, @Nullable Map<String, Member> members) {
    if (members == null) {
      throw new InvalidArgumentException(
          "peer " + id + " has no address: give it one, or name the group");
    }
    Member listed = members.get(id);
    if (listed == null) {
      throw new InvalidArgumentException("peer " + id + " is not in the group " + members.keySet());
    }
    return listed;
  }

  private void checkLoopback(Member self) {
    InetAddress address;
    try {
      address = InetAddress.getByName(self.host());
    } catch (UnknownHostException e) {
      throw new InvalidArgumentException(
          "host \"" + self.host() + "\" of peer " + self.id() + " is not known");
    }
    if (!address.isLoopbackAddress() && !insecureTransport) {
      throw new InvalidArgumentException(
          "address "
              + self.address()
              + " is not loopback, and what replicas send is neither encrypted nor authenticated:"
              + " call insecureTransport() if the network is trusted");
    }
  }
}
