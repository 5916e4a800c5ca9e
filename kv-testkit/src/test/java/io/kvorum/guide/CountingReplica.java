// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.KeyRange;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.process.ReplicaConversation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A replica in a process of its own that answers one more question. */
final class CountingReplica {

  private CountingReplica() {}

  public static void main(String[] arguments) throws IOException {
    Path dir = Path.of(arguments[0]);
    // javadoc: ReplicaConversation
    ReplicaConversation.Question count =
        (node, prefix) -> {
          KeyRange range = KeyRange.prefix(prefix.getBytes(UTF_8));
          return "" + node.store().scanAt(range, 1_000, node.store().lastCommitTs()).size();
        };
    int code = ReplicaConversation.run(() -> KvNode.open(dir), Map.of("COUNT", count));
    System.exit(code);
    // javadoc ends
  }
}
