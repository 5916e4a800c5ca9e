// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import io.kvorum.api.SyncMode;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.process.ReplicaConversation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kv replica}: one replica that its parent asks over stdin. */
@Command(name = "replica", hidden = true, description = "Runs one replica for kv demo.")
public final class ReplicaCommand implements Callable<Integer> {

  @Option(names = "--id", required = true)
  private String id = "";

  @Option(names = "--address", required = true)
  private String address = "";

  @Option(names = "--group", required = true)
  private String group = "";

  @Option(names = "--dir", required = true)
  private Path dir = Path.of("");

  @Option(names = "--log", required = true)
  private Path log = Path.of("");

  @Option(names = "--sync-mode", required = true)
  private SyncMode syncMode = SyncMode.SYNC;

  @Override
  public Integer call() throws IOException {
    return ReplicaConversation.run(
        this::start, Map.of(Verification.QUESTION, Verification::answer));
  }

  private KvNode start() {
    LogFile.open(log);
    return KvNode.builder()
        .dataDir(dir)
        .peer(id, address)
        .group(group)
        .fsmSyncMode(syncMode)
        .start();
  }
}
