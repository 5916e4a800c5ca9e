// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.Deadline;
import io.kvorum.raft.submit.PendingWrite;
import io.kvorum.store.ArgumentChecks;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Submits writes to the log, and says with what they have ended. */
final class NodeWrites {

  private final NodeParts node;

  NodeWrites(NodeParts node) {
    this.node = node;
  }

  /** A write on its way. Its future completes on a thread that must not be held up. */
  record Submitted(Deadline deadline, PendingWrite write, CompletableFuture<Commit> commit) {

    /** Waits for it in the calling thread. */
    Commit await() {
      return Waiting.until(deadline, commit, write::giveUp);
    }
  }

  Submitted write(List<Mutation> mutations, Deadline deadline) {
    if (mutations.isEmpty()) {
      throw new InvalidArgumentException("a write needs at least one mutation");
    }
    checks().apply(mutations, List.of(), 0, 0);
    return submit(new Request.Write(mutations), deadline);
  }

  Submitted deletePrefix(byte[] prefix, Deadline deadline) {
    ArgumentChecks.prefix(prefix, null);
    return submit(new Request.DeletePrefix(prefix, null), deadline);
  }

  /** Writes a value from a stream, in the calling thread. */
  Commit stream(byte[] key, InputStream value, long expireAt, Duration timeout) {
    ArgumentChecks.writeKey(key);
    ArgumentChecks.notNull(value, "value");
    ArgumentChecks.timestamp(expireAt, "expireAt");
    node.checkServing();
    return new LargeWrite(this, node.settings(), timeout, key.clone(), value, expireAt).run();
  }

  Submitted submit(Request request, Deadline deadline) {
    PendingWrite write = node.submitter().write(Commands.request(request), deadline);
    return new Submitted(
        deadline,
        write,
        write
            .reply()
            .thenApply(reply -> WriteResults.commit(reply.position(), reply.outcomes().get(0))));
  }

  /** The checks of what this node may write. */
  ArgumentChecks checks() {
    return new ArgumentChecks(node.settings().storeOptions().maxValueBytes());
  }
}
