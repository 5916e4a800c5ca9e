// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.LogPosition;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * What a state machine tells the replica it belongs to. No method may block; one that throws out of
 * {@link #applied} stops the state machine.
 */
public interface ReplicaListener {

  /**
   * Everything up to this position can be read in the store now. Rising; called from one thread at
   * a time. Called before the futures of the entries it covers complete.
   */
  void applied(LogPosition position);

  /** The state machine has stopped for good, for this reason. Called at most once. */
  void failed(Throwable first);

  /** Answers a message of another replica, or of this one. */
  CompletableFuture<ByteString> query(ByteString request);

  /** The state machine was closed: by its owner, or by a Raft server that gave up. */
  void closed();
}
