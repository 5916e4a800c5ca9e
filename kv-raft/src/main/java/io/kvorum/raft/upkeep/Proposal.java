// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.upkeep;

import io.kvorum.fsm.ProposalGate;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** A command whose sender does not mind whether it went into the log. */
record Proposal(ByteString command) implements ProposalGate {

  @Override
  public ByteString getContent() {
    return command;
  }

  @Override
  public void pass() {
    // Nothing depends on it: what is still due is proposed again.
  }
}
