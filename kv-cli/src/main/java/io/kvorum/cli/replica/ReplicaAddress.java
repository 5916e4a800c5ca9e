// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.process.ReplicaSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One replica of a demo.
 *
 * @param id its name in the group
 * @param address where it listens, {@code host:port}
 * @param group all replicas, as {@link io.kvorum.raft.KvNode.Builder#group} takes them
 * @param folder of the demo: data in {@code id}, log in {@code id.log}
 * @param syncMode what its state machine obeys
 */
public record ReplicaAddress(
    String id, String address, String group, Path folder, SyncMode syncMode) {

  private static final String MAIN_CLASS = "io.kvorum.cli.Kv";

  /** Where the replica keeps everything. */
  public Path data() {
    return folder.resolve(id);
  }

  /** The replica as a process: this JVM's own program, with the command {@code kv replica}. */
  public ReplicaSpec process() {
    List<String> arguments = new ArrayList<>(List.of("replica"));
    arguments.addAll(List.of("--id", id, "--address", address, "--group", group));
    arguments.addAll(List.of("--dir", data().toString()));
    arguments.addAll(List.of("--log", folder.resolve(id + ".log").toString()));
    arguments.addAll(List.of("--sync-mode", syncMode.name()));
    return new ReplicaSpec(id, folder, List.of("-Xmx512m"), MAIN_CLASS, arguments);
  }
}
