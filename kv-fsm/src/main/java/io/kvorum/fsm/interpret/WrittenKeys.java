// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which keys a group of commands will look up, as far as plain writes tell it: a hint. */
public final class WrittenKeys {

  private WrittenKeys() {}

  /** The keys of all plain writes, retried ones included; null stands for no command. */
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
      write.mutations().forEach(mutation -> keys.add(mutation.key()));
    } else if (request instanceof Request.FinishUpload finish) {
      keys.add(finish.key());
    }
  }
}
