// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.ratis;

import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/** Keeps nothing but its position. */
final class EmptyStateMachine extends BaseStateMachine {

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    TermIndex position = TermIndex.valueOf(transaction.getLogEntry());
    updateLastAppliedTermIndex(position);
    return CompletableFuture.completedFuture(Message.EMPTY);
  }
}
