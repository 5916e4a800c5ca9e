// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.fsm.ProposalGate;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * A command as it is handed to the local Raft server once; it learns whether it may be in the log.
 */
final class Proposal implements ProposalGate {

  private final ByteString command;
  private volatile boolean passed;

  Proposal(ByteString command) {
    this.command = command;
  }

  @Override
  public ByteString getContent() {
    return command;
  }

  @Override
  public void pass() {
    passed = true;
  }

  /** Whether it may be in the log. */
  boolean passed() {
    return passed;
  }

  @Override
  public String toString() {
    return "command of " + command.size() + " bytes";
  }
}
