// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.SyncMode;
import io.kvorum.raft.KvNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The program of a child: {@code id group dir syncMode electionMinMillis electionMaxMillis}. */
final class ReplicaMain {

  private ReplicaMain() {}

  public static void main(String[] arguments) throws IOException {
    KvNode.Builder builder =
        KvNode.builder()
            .peer(arguments[0])
            .group(arguments[1])
            .dataDir(Path.of(arguments[2]))
            .fsmSyncMode(SyncMode.valueOf(arguments[3]))
            .insecureTransport(); // the hosts of a test may be other than loopback
    if (arguments.length > 4) {
      builder.electionTimeout(
          Duration.ofMillis(Long.parseLong(arguments[4])),
          Duration.ofMillis(Long.parseLong(arguments[5])));
    }
    System.exit(ReplicaConversation.run(builder::start, Map.of()));
  }
}
