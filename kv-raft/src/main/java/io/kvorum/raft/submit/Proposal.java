// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.fsm.ProposalGate;
import java.util.function.BooleanSupplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** A command as it is handed to the local Raft server once. */
final class Proposal implements ProposalGate {

  private final ByteString command;
  private final BooleanSupplier permission;
  private volatile boolean passed;

  /** The permission is asked at most once, when the command is about to go into the log. */
  Proposal(ByteString command, BooleanSupplier permission) {
    this.command = command;
    this.permission = permission;
  }

  @Override
  public ByteString getContent() {
    return command;
  }

  @Override
  public boolean pass() {
    passed = permission.getAsBoolean();
    return passed;
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
