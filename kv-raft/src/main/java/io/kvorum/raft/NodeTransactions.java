// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.KeyLockedException;
import io.kvorum.api.KvException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.Transaction;
import io.kvorum.api.UnavailableException;
import io.kvorum.api.WriteConflictException;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.txn.OpenTransaction;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs the body of a transaction until it commits, or its deadline passes. */
final class NodeTransactions {

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

  private final NodeParts node;
  private final NodeWrites writes;

  NodeTransactions(NodeParts node, NodeWrites writes) {
    this.node = node;
    this.writes = writes;
  }

  <T extends @Nullable Object> T transact(Function<Transaction, T> body, Deadline deadline) {
    long pause = FIRST_PAUSE_NANOS;
    KvException conflict = null;
    while (true) {
      try {
        return attempt(body, deadline);
      } catch (WriteConflictException | KeyLockedException e) {
        conflict = e;
      } catch (StartTooOldException e) {
        conflict = e.forCaller();
      } catch (UnavailableException e) {
        if (conflict == null || !deadline.hasPassed()) {
          throw e;
        }
        throw conflict; // another run was not even proposed before the deadline
      }
      // A random pause, so that those who met do not meet again.
      long nanos = ThreadLocalRandom.current().nextLong(pause / 2, pause);
      if (deadline.remainingNanos() <= nanos) {
        throw conflict;
      }
      Waiting.pause(nanos, "between two runs of a transaction");
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  private <T extends @Nullable Object> T attempt(Function<Transaction, T> body, Deadline deadline) {
    node.checkServing();
    long readTs =
        Waiting.until(
            deadline,
            node.readPoints().find(ReadOptions.linearizable(), deadline),
            UnavailableException::new);
    OpenTransaction transaction = new OpenTransaction(node.store(), writes.checks(), readTs);
    T result;
    try {
      result = body.apply(transaction);
    } finally {
      transaction.end();
    }
    if (!transaction.isReadOnly()) {
      transaction.committed(
          writes.submit(new Request.OnePhase(transaction.request()), deadline).await());
    }
    return result;
  }
}
