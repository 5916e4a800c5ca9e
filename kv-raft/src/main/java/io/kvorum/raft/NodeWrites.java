// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyLockedException;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.WriteConflictException;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import io.kvorum.store.ArgumentChecks;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Submits writes to the log, and says with what they have ended. */
final class NodeWrites {

  private final NodeParts node;

  NodeWrites(NodeParts node) {
    this.node = node;
  }

  /** A write on its way. Its future completes on a thread that must not be held up. */
  record Submitted(Deadline deadline, CompletableFuture<Commit> commit) {

    /** Waits for it in the calling thread. */
    Commit await() {
      return Waiting.until(deadline, commit, OutcomeUnknownException::new);
    }
  }

  Submitted write(List<Mutation> mutations, Deadline deadline) {
    if (mutations.isEmpty()) {
      throw new InvalidArgumentException("a write needs at least one mutation");
    }
    checks().apply(mutations, List.of(), 0, 0);
    return submit(Commands.write(mutations), deadline);
  }

  Submitted deletePrefix(byte[] prefix, Deadline deadline) {
    ArgumentChecks.prefix(prefix, null);
    return submit(Commands.deletePrefix(prefix), deadline);
  }

  Submitted submit(Request request, Deadline deadline) {
    return submit(Commands.of(request), deadline);
  }

  /** The checks of what this node may write. */
  ArgumentChecks checks() {
    return new ArgumentChecks(node.settings().storeOptions().maxValueBytes());
  }

  private Submitted submit(ByteString command, Deadline deadline) {
    return new Submitted(
        deadline, node.submitter().submit(command, deadline, true).thenApply(NodeWrites::commit));
  }

  private static Commit commit(Reply reply) {
    if (reply.alreadyApplied() || reply.outcomes().isEmpty()) {
      throw new OutcomeUnknownException("the write was applied, but its outcome is lost", null);
    }
    Outcome outcome = reply.outcomes().get(0);
    if (outcome instanceof Outcome.Committed committed) {
      return new Commit(committed.commitTs(), reply.position());
    } else if (outcome instanceof Outcome.Invalid invalid) {
      throw new InvalidArgumentException(invalid.why());
    } else if (outcome instanceof Outcome.Conflict conflict) {
      throw new WriteConflictException(conflict.kind(), conflict.key());
    } else if (outcome instanceof Outcome.Locked locked) {
      throw new KeyLockedException(locked.key());
    } else if (outcome instanceof Outcome.StartTooOld old) {
      throw new StartTooOldException(old.oldest());
    }
    throw new KvException("a write ended with an outcome that is none of a write: " + outcome);
  }
}
