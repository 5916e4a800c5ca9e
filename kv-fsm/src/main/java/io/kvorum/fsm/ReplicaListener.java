// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreFailedException;

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

  /**
   * The durable checkpoint that this start begins with holds every entry of the Raft log and more.
   * Called before the log is opened, at most once; it must have no entries when this returns,
   * durably. With what it holds, the entry behind the checkpoint could never be appended to it.
   *
   * @throws StoreFailedException if the entries cannot be removed; the start fails
   */
  void logIsSuperseded();

  /** The state machine has stopped for good, for this reason. Called at most once. */
  void failed(Throwable first);

  /** The state machine was closed: by its owner, or by a Raft server that gave up. */
  void closed();
}
