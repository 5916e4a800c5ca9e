// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import io.kvorum.api.SyncMode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One replica of a demo.
 *
 * @param id its name in the group
 * @param address where it listens, {@code host:port}
 * @param group all replicas, as {@link io.kvorum.raft.KvNode.Builder#group} takes them
 * @param folder of the demo: data in {@code id}, log in {@code id.log}, stderr in {@code id.err},
 *     temporary files in {@code id.tmp}
 * @param syncMode what its state machine obeys
 */
public record ReplicaSpec(String id, String address, String group, Path folder, SyncMode syncMode) {

  private static final String MAIN_CLASS = "io.kvorum.cli.Kv";

  /** Where the replica keeps everything. */
  public Path data() {
    return folder.resolve(id);
  }

  /** Its log file. */
  public Path log() {
    return folder.resolve(id + ".log");
  }

  /** A process for it that was not started yet: this JVM's own program, with this class path. */
  ProcessBuilder process() throws IOException {
    // RocksDB unpacks its library there, and a killed process leaves it.
    Path temporary = Files.createDirectories(folder.resolve(id + ".tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--enable-native-access")
          || argument.startsWith("--sun-misc-unsafe-memory-access")) {
        command.add(argument);
      }
    }
    command.add("-Xmx512m");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS, "replica"));
    command.addAll(List.of("--id", id, "--address", address, "--group", group));
    command.addAll(List.of("--dir", data().toString(), "--log", log().toString()));
    command.addAll(List.of("--sync-mode", syncMode.name()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve(id + ".err").toFile()));
    return builder;
  }
}
