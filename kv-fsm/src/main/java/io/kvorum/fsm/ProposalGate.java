// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import org.apache.ratis.protocol.Message;

/**
 * A command whose sender must know whether it went into the log. {@link KvStateMachine} asks the
 * gate at the last moment at which the command can still be stopped, on the leader only: under the
 * lock of the log, right before the entry is appended.
 */
public interface ProposalGate extends Message {

  /**
   * Called at most once, and must not block.
   *
   * @return true: append it; from now on it may commit. False: its sender has given it up; it is
   *     refused and is certainly not in the log.
   */
  boolean pass();
}
