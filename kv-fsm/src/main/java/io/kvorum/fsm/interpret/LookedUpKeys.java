// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.Mutation;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a group of commands will look up, as far as the requests tell it: a hint. A prepared
 * transaction's own are not known from its commit.
 */
public final class LookedUpKeys {

  private LookedUpKeys() {}

  /** The keys of all writes and transactions, in order; null stands for no command. */
  public static List<byte[]> of(List<@Nullable Command> commands) {
    List<byte[]> keys = new ArrayList<>();
    for (Command command : commands) {
      if (command != null) {
        command.requests().forEach(request -> add(request, keys));
      }
    }
    return keys;
  }

  private static void add(Request request, List<byte[]> keys) {
    if (request instanceof Request.Once once) {
      add(once.request(), keys);
    } else if (request instanceof Request.Write write) {
      add(write.mutations(), keys);
    } else if (request instanceof Request.OnePhase onePhase) {
      add(onePhase.transaction(), keys);
    } else if (request instanceof Request.Prepare prepare) {
      add(prepare.transaction(), keys);
    } else if (request instanceof Request.FinishUpload finish) {
      keys.add(finish.key());
    }
  }

  private static void add(Transaction transaction, List<byte[]> keys) {
    add(transaction.mutations(), keys);
    keys.addAll(transaction.readKeys());
  }

  private static void add(List<Mutation> mutations, List<byte[]> keys) {
    for (Mutation mutation : mutations) {
      keys.add(mutation.key());
    }
  }
}
