// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.LogPosition;
import io.kvorum.fsm.ReplicaListener;
import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.peer.PeerGrammar;
import io.kvorum.raft.peer.Refusal;
import io.kvorum.raft.read.AppliedWaiters;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the state machine tells to where it belongs. It exists before the node does: until
 * {@link #connect} other replicas are told that this one is starting.
 */
final class NodeEvents implements ReplicaListener {

  private final AppliedWaiters waiters;
  private final Failure failure;
  private volatile @Nullable PeerService service;
  private volatile @Nullable Runnable onFailure;

  NodeEvents(AppliedWaiters waiters, Failure failure) {
    this.waiters = waiters;
    this.failure = failure;
  }

  /**
   * Connects the node.
   *
   * @param whenFailed run once after a failure, from before or later
   */
  void connect(PeerService peerService, Runnable whenFailed) {
    service = peerService;
    onFailure = whenFailed;
    if (failure.get().isPresent()) {
      whenFailed.run();
    }
  }

  @Override
  public void applied(LogPosition position) {
    waiters.advance(position);
  }

  @Override
  public void failed(Throwable first) {
    failure.set(first);
    Runnable action = onFailure;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public CompletableFuture<ByteString> query(ByteString request) {
    PeerService connected = service;
    if (connected == null) {
      return CompletableFuture.completedFuture(
          PeerGrammar.encode(
              new PeerAnswer.Refused(Refusal.NOT_LEADER, "this replica is starting")));
    }
    return connected.answer(request);
  }
}
