// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.server.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.statemachine.SnapshotInfo;

/**
 * One replica of a replicated store, embedded in this process.
 *
 * <pre>{@code
 * try (KvNode node = KvNode.open(dir)) {
 *   node.localStore().putAt(key, value, 1, 0); // of this replica alone
 *   node.kv().put(key, value);
 *   return node.kv().get(key);
 * }
 * }</pre>
 *
 * <p>{@link #open} is a group of one replica. A group of three is three nodes, in three processes
 * as a rule, each started with the same {@link Builder#group} and its own {@link Builder#peer}. A
 * replica may come up alone; calls then end in UnavailableException until a majority is there.
 *
 * <p><b>Durability.</b> A write that was acknowledged is fsynced in the Raft log of a majority,
 * whatever the sync mode. A killed process or lost power costs no acknowledged write as long as a
 * majority of the directories survives.
 *
 * <p><b>Failure.</b> When the disk or the data of a replica fails, the replica stops for good:
 * {@link #failure()} tells why, reads and writes throw StoreFailedException, and the others go on
 * without it. Close it, mend what is broken, start it again.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Nodes of one process share nothing.
 */
public final class KvNode implements AutoCloseable {

  private static final long CLOSE_SECONDS = 120;

  private final NodeParts parts;
  private final MvccStore replicatedView;
  private final MvccStore localView;
  private final CountDownLatch closed = new CountDownLatch(1);

  KvNode(NodeParts parts) {
    this.parts = parts;
    this.replicatedView = new ReplicatedStoreView(parts.store());
    this.localView = new LocalStoreView(parts.local(), parts.reserve());
  }

  /**
   * Opens a group of one replica in this directory, which is made if it is missing. It listens on a
   * free port of the loopback interface. Throws as {@link Builder#start}.
   */
  public static KvNode open(Path dir) {
    return builder().dataDir(dir).start();
  }

  /** Starts describing a replica. */
  public static Builder builder() {
    return new NodeBuilder();
  }

  /** This replica's name within its group. */
  public String id() {
    return parts.settings().self().id();
  }

  /** The replicated store, with the builder's request timeout. */
  public ReplicatedKv kv() {
    return new NodeKv(parts, parts.settings().requestTimeout());
  }

  /**
   * The node-local key space: a store of this replica alone, for what an embedding service keeps
   * for itself. Never replicated, never touched by what the leader sends. The direct family writes
   * it, always fsynced, or refused with DiskFullException as {@link #isDiskLow} says; the raft
   * family is refused. Closing it does nothing: the node does.
   */
  public MvccStore localStore() {
    return localView;
  }

  /**
   * This replica's copy of the replicated key space, as far as it has applied the log: reads at any
   * timestamp, not linearizable. Everything that writes is refused. Closing it does nothing.
   */
  public MvccStore store() {
    return replicatedView;
  }

  /** The leader this replica knows of; empty while it knows none. */
  public Optional<String> leader() {
    return parts.closing().get() ? Optional.empty() : parts.server().leader();
  }

  /** Whether this replica was elected and is ready to take writes, as far as it knows. */
  public boolean isLeader() {
    return !parts.closing().get() && parts.server().isReadyLeader();
  }

  /**
   * Moves leadership to a replica, from whichever leads. Returns when this replica knows that peer
   * as the leader; at once if it is so already.
   *
   * @throws io.kvorum.api.InvalidArgumentException if the peer is not in the group
   * @throws UnavailableException if it is not so before the timeout, saying why
   */
  public void transferLeadership(String peerId, Duration timeout) {
    parts.checkServing();
    parts.leadership().transfer(peerId, timeout);
  }

  /** The last log entry that can be read in {@link #store()}. */
  public LogPosition appliedPosition() {
    return parts.waiters().applied();
  }

  /**
   * Waits until the log entry with this index can be read in {@link #store()}.
   *
   * @return what is applied then, at or above the index
   * @throws UnavailableException if it is not so before the timeout
   */
  public LogPosition awaitApplied(long index, Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    parts.checkServing();
    return Waiting.until(
        deadline, parts.readPoints().applied(index, deadline), UnavailableException::new);
  }

  /**
   * Collects what the watermark has passed, then reads the whole replicated key space of this
   * replica and hashes it: equal on replicas at equal positions. Blocks for as long as that takes;
   * writes go on.
   */
  public ReplicaHash hash() {
    parts.checkServing();
    while (true) {
      // Replicas collect at their own pace, so all hash what is left when it is done.
      long watermark = parts.store().minRetainedTs();
      parts.store().compact(watermark, () -> parts.closing().get());
      try (MvccSnapshot snapshot = parts.store().snapshot()) {
        if (parts.store().minRetainedTs() == watermark) {
          return new ReplicaHash(snapshot.appliedPosition(), sha256(snapshot));
        }
      }
    }
  }

  /**
   * Takes a checkpoint now, so that the log up to it can be purged: all that every replica is known
   * to have, and of the rest all but a tail. Does nothing when nothing was applied since the last
   * one.
   *
   * @return what the newest checkpoint holds, durably
   * @throws UnavailableException if there is none before the timeout
   */
  public LogPosition checkpoint(Duration timeout) {
    Deadline deadline = Deadline.after(timeout);
    parts.checkServing();
    RaftClientReply reply =
        Waiting.until(
            deadline,
            parts
                .server()
                .checkpoint(timeout.toMillis())
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS),
            UnavailableException::new);
    SnapshotInfo newest = parts.stateMachine().getLatestSnapshot();
    if (!reply.isSuccess() || newest == null) {
      parts.checkServing();
      throw new UnavailableException(
          "no checkpoint was taken: " + reply.getException(), reply.getException());
    }
    return new LogPosition(newest.getTerm(), newest.getIndex());
  }

  /**
   * Whether less is left on this replica's disk than is kept in reserve, as the newest write found:
   * writes that enter here, or that this replica would append as the leader, are refused with
   * DiskFullException. What the leader sends is still appended.
   */
  public boolean isDiskLow() {
    return parts.reserve().isLow();
  }

  /**
   * The last log entry of which this replica's own store would still have the effect after a power
   * loss. What lies between it and {@link #appliedPosition} a restart replays from the log.
   */
  public LogPosition durablePosition() {
    parts.checkServing();
    return parts.store().durablePosition();
  }

  /** What this replica keeps of the log, and what a restart now would replay. */
  public LogBacklog logBacklog() {
    parts.checkServing();
    return new LogBacklog(
        parts.server().firstIndex(),
        parts.server().lastIndex(),
        parts.store().durablePosition().index());
  }

  /** Why this replica has stopped; empty while it has not. */
  public Optional<Throwable> failure() {
    return parts.failure().get();
  }

  /**
   * Closes the replica: refuses new calls, hands leadership over if it leads (for up to 1 s), fails
   * the calls that still wait, stops. Bounded, idempotent; a second caller waits for the first.
   *
   * @throws KvException if it could not be stopped in time
   */
  @Override
  public void close() {
    if (parts.closing().compareAndSet(false, true)) {
      try {
        new NodeShutdown(parts).run();
      } finally {
        closed.countDown();
      }
      return;
    }
    try {
      if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new KvException(
            "replica " + id() + " is being closed by another thread, which hangs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /* Called once, by the state machine, from one of its threads: so another one stops the server. */
  void failed() {
    Thread stopper =
        new Thread(
            () -> {
              new NodeShutdown(parts).settle();
              try {
                parts.raft().close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "kvorum-" + id() + "-failed");
    stopper.setDaemon(true);
    stopper.start();
  }

  private static String sha256(MvccSnapshot snapshot) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    snapshot.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A description of a replica. */
  public interface Builder {

    /** Where the replica keeps everything; needed. */
    Builder dataDir(Path dir);

    /** This replica: its name in the group and the address it listens on. */
    Builder peer(String id, String address);

    /** This replica: its name in the group, which tells its address. */
    Builder peer(String id);

    /** All replicas, this one included: {@code n1=host:port,n2=host:port,...}. */
    Builder group(String peers);

    /**
     * The name of the cluster, "kvorum" by default; replicas of different clusters do not talk to
     * each other.
     */
    Builder cluster(String name);

    /** Settings of the replicated and of the node-local store. */
    Builder storeOptions(StoreOptions options);

    /** Whether the state machine fsyncs; wins over what the store options say. */
    Builder fsmSyncMode(SyncMode mode);

    /** Deadline of every call that names none, from 1 ms to 1 hour; 10 s by default. */
    Builder requestTimeout(Duration timeout);

    /**
     * How long a replica waits for a leader before it stands for election, at random between these;
     * 600 ms to 1.1 s by default. Until a dead leader is replaced it takes about twice as long as a
     * wait, as a new one begins only when the last one ends. A leader that pauses for longer than
     * the lower bound may be replaced.
     */
    Builder electionTimeout(Duration min, Duration max);

    /** Entries of the log between two checkpoints at most, 1 or more; 100,000 by default. */
    Builder checkpointEvery(long entries);

    /**
     * Bytes of the log between two checkpoints at most, 1 MiB or more; 256 MiB by default. What is
     * reached first, this or {@link #checkpointEvery}, counts. Below a checkpoint up to half of
     * both stays, and no more than 10,000 entries; the log is cut by whole segments of 4 MiB, or of
     * one entry if that is longer. So on disk it seldom exceeds one and a half times this.
     */
    Builder checkpointBytes(long bytes);

    /**
     * How many writes, and bytes of them, may be under way at once on this node; more are refused
     * with OverloadedException. 4,096 and 64 MiB by default.
     */
    Builder maxInFlight(int requests, long bytes);

    /**
     * What must be left on the disk for a write to be taken; below it writes end with
     * DiskFullException until space is free again. By default three times the bytes that may be in
     * flight, up to 256 MiB for a flush and a checkpoint, two segments of the log and 256 MiB for a
     * compaction: 712 MiB. A reserve that does not cover what was taken already lets the disk run
     * full, which stops the replica.
     */
    Builder diskReserve(long bytes);

    /**
     * How long what was overwritten or deleted can still be read and watched: 10 minutes by
     * default, 1 s to 36,500 days, which is for ever. It bounds how long ago a transaction, a paged
     * scan or a watch may have begun, and how much disk old versions take. Measured with the time
     * of the log; the setting of the replica that leads counts, so give all the same. After it the
     * leader raises the watermark within 10 s, if there is anything to collect, and each replica
     * collects.
     */
    Builder retention(Duration time);

    /**
     * How long the outcomes of this node's writes are remembered when it gives no sign of life any
     * more, by the time of the log, from 1 s to 24 h; 1 h by default. As long {@link
     * ReplicatedKv#outcomeOf} has an answer after the node was killed.
     */
    Builder sessionTimeToLive(Duration timeToLive);

    /**
     * How long what was sent of a value by {@link ReplicatedKv#putStream} is kept when nothing more
     * comes, by the time of the log, from 1 s to 24 h; 10 minutes by default. A stream that stands
     * still for longer between two parts ends with UnavailableException. What is given up is
     * deleted within some seconds.
     */
    Builder uploadTimeToLive(Duration timeToLive);

    /**
     * Allows an address that is not loopback: what replicas send is neither encrypted nor
     * authenticated, so the network must be trusted.
     */
    Builder insecureTransport();

    /**
     * Starts the replica. When this throws, nothing is left open.
     *
     * @throws io.kvorum.api.StoreLockedException if the directory is open already
     * @throws io.kvorum.api.AddressInUseException if it cannot listen on its address
     * @throws io.kvorum.api.StoreCorruptException if what is in the directory is damaged
     * @throws io.kvorum.api.StoreFailedException if the directory cannot be used
     * @throws io.kvorum.api.InvalidArgumentException if the description is incomplete or
     *     contradicts itself, or the directory is that of another replica or cluster
     */
    KvNode start();
  }
}
