// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.WriteConflictException;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out commands on a batch of the store. Pure: what it writes and answers depends on the
 * batch and the command alone, so replicas that are fed the same log hold the same bytes. It reads
 * no clock, random source or environment, starts no thread and does no I/O of its own.
 *
 * <p>Commit timestamps are made here: {@code max(lastCommitTs + 1, clock hint)}, for each request
 * anew. They rise strictly in the order of the log, whatever the leaders' clocks did.
 *
 * <p>A refusal of the store is an {@link Outcome}, and leaves the batch as it was before that
 * request. Anything else that the store throws is a failure of the replica and goes to the caller.
 */
final class CommandInterpreter {

  private CommandInterpreter() {}

  /** Carries out all requests of the command, in order; one outcome for each. */
  static List<Outcome> interpret(RaftBatch batch, Command command) {
    List<Outcome> outcomes = new ArrayList<>(command.requests().size());
    for (Request request : command.requests()) {
      outcomes.add(interpret(batch, request, command.clockHint()));
    }
    return outcomes;
  }

  private static Outcome interpret(RaftBatch batch, Request request, long clockHint) {
    long last = batch.lastCommitTs();
    if (last == Long.MAX_VALUE) {
      return new Outcome.Invalid(
          "no commit timestamp is left: the last one is " + last + ", the highest there is");
    }
    long commitTs = Math.max(last + 1, clockHint);
    try {
      if (request instanceof Request.Write write) {
        if (write.mutations().isEmpty()) {
          // It would get a timestamp that the next request may get again.
          return new Outcome.Invalid("a write needs at least one mutation");
        }
        // Nothing was read before, so the start is the commit itself: no version is newer.
        batch.applyMutationsRaft(write.mutations(), List.of(), commitTs, commitTs);
      } else if (request instanceof Request.DeletePrefix delete) {
        batch.deletePrefixAtRaft(delete.prefix(), delete.excludePrefix(), commitTs);
      }
      return new Outcome.Committed(commitTs);
    } catch (InvalidArgumentException e) {
      return new Outcome.Invalid(String.valueOf(e.getMessage()));
    } catch (WriteConflictException e) {
      return new Outcome.Conflict(e.kind(), e.key());
    }
  }
}
