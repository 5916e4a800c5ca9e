// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KvException;
import io.kvorum.api.MvccStore;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.KvStateMachine;
import io.kvorum.raft.peer.PeerLinks;
import io.kvorum.raft.read.AppliedWaiters;
import io.kvorum.raft.read.ReadIndexes;
import io.kvorum.raft.read.ReadPoints;
import io.kvorum.raft.server.GroupServer;
import io.kvorum.raft.server.Timer;
import io.kvorum.raft.submit.DiskReserve;
import io.kvorum.raft.submit.Submitter;
import io.kvorum.raft.upkeep.Upkeep;
import io.kvorum.raft.watch.Watches;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.server.RaftServer;

/**
 * Everything a running node consists of. It owns all of it; {@link NodeShutdown} takes it down.
 *
 * @param callbacks runs what users hang on futures, and asynchronous reads
 */
record NodeParts(
    NodeSettings settings,
    DataDirectory directory,
    CheckpointableStore store,
    MvccStore local,
    KvStateMachine stateMachine,
    RaftServer raft,
    GroupServer server,
    PeerLinks links,
    Timer timer,
    AppliedWaiters waiters,
    DiskReserve reserve,
    Submitter submitter,
    ReadIndexes reads,
    ReadPoints readPoints,
    Leadership leadership,
    Watches watches,
    Upkeep upkeep,
    ExecutorService callbacks,
    Failure failure,
    AtomicBoolean closing) {

  /** Refuses a call on a node that has failed or is closed. */
  void checkServing() {
    if (failure.get().isPresent()) {
      throw failure.refusal();
    }
    if (closing.get()) {
      throw closed();
    }
  }

  KvException closed() {
    return closed(settings.self().id());
  }

  static KvException closed(String id) {
    return new UnavailableException("replica " + id + " is closed", null);
  }
}
