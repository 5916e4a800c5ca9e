// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One replica of a replicated store, embedded in this process. */
@SuppressWarnings("DoNotCallSuggester")
public final class KvNode implements AutoCloseable {

  private KvNode() {}

  /** Opens a group of one replica in this directory, listening on loopback only. */
  public static KvNode open(Path dir) {
    return builder().dataDir(dir).start();
  }

  /** Starts describing a replica. */
  public static Builder builder() {
    throw new UnsupportedOperationException();
  }

  /** This replica's name within its group. */
  public String id() {
    throw new UnsupportedOperationException();
  }

  /** The replicated store, with the builder's request timeout. */
  public ReplicatedKv kv() {
    throw new UnsupportedOperationException();
  }

  /** The node-local key space: direct family only, never replicated, no install touches it. */
  public MvccStore localStore() {
    throw new UnsupportedOperationException();
  }

  /** This replica's copy of the replicated key space, read only. */
  public MvccStore store() {
    throw new UnsupportedOperationException();
  }

  /** The leader this replica knows of; empty while it knows none. */
  public Optional<String> leader() {
    throw new UnsupportedOperationException();
  }

  /** Whether this replica leads the group and is ready to take writes. */
  public boolean isLeader() {
    throw new UnsupportedOperationException();
  }

  /** Hands leadership to a peer; returns when the peer leads, or throws saying why it does not. */
  public void transferLeadership(String peerId, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  /** The last log entry that can be read here. */
  public LogPosition appliedPosition() {
    throw new UnsupportedOperationException();
  }

  /** Waits until the log entry with this index can be read here. */
  public LogPosition awaitApplied(long index, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  /** Reads the whole replicated key space of this replica and hashes it. */
  public ReplicaHash hash() {
    throw new UnsupportedOperationException();
  }

  /** Takes a checkpoint now, so that the log before it can be purged. */
  public LogPosition checkpoint(Duration timeout) {
    throw new UnsupportedOperationException();
  }

  /** Why this replica has stopped; empty while it has not. */
  public Optional<Throwable> failure() {
    throw new UnsupportedOperationException();
  }

  /** Closes the replica. Idempotent. */
  @Override
  public void close() {}

  /** A description of a replica. */
  public interface Builder {

    /** Where the replica keeps everything; needed. */
    Builder dataDir(Path dir);

    /** This replica: its name in the group and the address it listens on. */
    Builder peer(String id, String address);

    /** All replicas, this one included: {@code n1=host:port,n2=host:port,...}. */
    Builder group(String peers);

    /** The name of the cluster; replicas of different clusters do not talk to each other. */
    Builder cluster(String name);

    /** Settings of the replicated and of the node-local store. */
    Builder storeOptions(StoreOptions options);

    /** Whether the state machine fsyncs; wins over what the store options say. */
    Builder fsmSyncMode(SyncMode mode);

    /** Deadline of every call that names none, from 1 ms to 1 hour; 10 s by default. */
    Builder requestTimeout(Duration timeout);

    /** How long a replica waits for a leader before it stands for election; 1 to 2 s by default. */
    Builder electionTimeout(Duration min, Duration max);

    /** Applied entries between two checkpoints. */
    Builder checkpointEvery(long entries);

    /** How much may be under way at once; more is refused. */
    Builder maxInFlight(int requests, long bytes);

    /** Allows an address that is not loopback, without encryption. */
    Builder insecureTransport();

    /** Starts the replica. */
    KvNode start();
  }
}
