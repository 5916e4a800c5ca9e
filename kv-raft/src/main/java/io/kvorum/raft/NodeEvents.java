// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreFailedException;
import io.kvorum.fsm.ReplicaListener;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerGrammar;
import io.kvorum.raft.peer.Refusal;
import io.kvorum.raft.read.AppliedWaiters;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the state machine tells to where it belongs. It exists before the node does: until
 * {@link #connect} other replicas are told that this one is starting.
 */
final class NodeEvents implements ReplicaListener {

  private final MvccStore store;
  private final AppliedWaiters waiters;
  private final Failure failure;
  private final Runnable discardLog;
  private volatile @Nullable PeerService service;
  private volatile @Nullable Runnable onFailure;
  private volatile @Nullable BooleanSupplier closing;

  /**
   * @param discardLog removes the entries of the Raft log, which is not open
   */
  NodeEvents(MvccStore store, AppliedWaiters waiters, Failure failure, Runnable discardLog) {
    this.store = store;
    this.waiters = waiters;
    this.failure = failure;
    this.discardLog = discardLog;
  }

  /**
   * Connects the node.
   *
   * @param whenFailed run once after a failure, from before or later
   * @param isClosing whether the owner is closing the node
   */
  void connect(PeerService peerService, Runnable whenFailed, BooleanSupplier isClosing) {
    service = peerService;
    closing = isClosing;
    onFailure = whenFailed;
    if (failure.get().isPresent()) {
      whenFailed.run();
    }
  }

  @Override
  public void applied(LogPosition position) {
    waiters.advance(position, store.lastCommitTs());
  }

  @Override
  public void logIsSuperseded() {
    discardLog.run();
  }

  @Override
  public void failed(Throwable first) {
    broken(first);
  }

  /** Something of the node has failed; of several failures the first counts. */
  void broken(Throwable first) {
    boolean isFirst = failure.set(first);
    Runnable action = onFailure;
    if (isFirst && action != null) {
      action.run();
    }
  }

  /** Nobody but the owner may end a node unnoticed. */
  @Override
  public void closed() {
    BooleanSupplier byOwner = closing;
    if (byOwner != null && !byOwner.getAsBoolean() && failure.get().isEmpty()) {
      failed(
          new StoreFailedException(
              "the Raft server of this replica has given up; its log says why", null));
    }
  }

  /** Answers another replica; see {@link PeerService#answer}. */
  CompletableFuture<ByteString> answer(ByteString request) {
    PeerService connected = service;
    if (connected == null) {
      return CompletableFuture.completedFuture(
          PeerGrammar.encode(
              new PeerAnswer.Refused(Refusal.NOT_LEADER, "this replica is starting")));
    }
    return connected.answer(request);
  }
}
