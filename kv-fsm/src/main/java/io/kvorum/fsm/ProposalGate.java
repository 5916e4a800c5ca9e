// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import org.apache.ratis.protocol.Message;

/**
 * A command whose sender must know whether it went into the log. {@link KvStateMachine} tells the
 * gate at the last moment before it can have, on the leader only: under the lock of the log, right
 * before the entry is appended.
 */
public interface ProposalGate extends Message {

  /**
   * The command is being appended: from now on it may commit. Called at most once; must not block.
   * A command that was let go of without this call is certainly in no log.
   */
  void pass();
}
