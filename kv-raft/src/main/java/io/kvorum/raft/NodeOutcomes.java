// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.RequestId;
import io.kvorum.api.RequestOutcome;
import io.kvorum.api.UnavailableException;
import io.kvorum.fsm.interpret.StateReads;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import io.kvorum.store.ArgumentChecks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Finds out what became of a write. An outcome that the log has decided is read, linearizably.
 * While there is none the write may still be under way to the log, in a message that nobody
 * remembers; so the question then goes through the log itself, as a fence in the place of the
 * write. Whichever of the two the log has first is the outcome, on every replica and for good.
 */
final class NodeOutcomes {

  private final NodeParts node;

  NodeOutcomes(NodeParts node) {
    this.node = node;
  }

  /** Completes on a thread that may be held up. */
  CompletableFuture<RequestOutcome> outcomeOf(RequestId id, Deadline deadline) {
    ArgumentChecks.notNull(id, "id");
    node.checkServing();
    return node.readPoints()
        .find(ReadOptions.linearizable(), deadline)
        .thenComposeAsync(applied -> decided(id, deadline), node.callbacks())
        .thenApply(WriteResults::ofFirst);
  }

  private CompletionStage<Outcome> decided(RequestId id, Deadline deadline) {
    Outcome known = StateReads.outcomeOf(node.store(), id.session(), id.sequence());
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    Request fence = new Request.Once(id.session(), id.sequence(), 0, new Request.Fence());
    return node.submitter()
        .submit(Commands.of(fence), deadline)
        .thenApply(reply -> reply.outcomes().get(0))
        .exceptionallyCompose(error -> CompletableFuture.failedFuture(asOfARead(error)));
  }

  /* Whether the question itself has reached the log is of no concern to who asks. */
  private static Throwable asOfARead(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof OutcomeUnknownException
        ? new UnavailableException("no answer before the deadline; ask again", cause)
        : cause;
  }
}
