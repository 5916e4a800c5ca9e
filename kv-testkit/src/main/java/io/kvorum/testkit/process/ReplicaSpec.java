// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A replica to be run in a process of its own.
 *
 * @param id its name in the group
 * @param folder for all files of the process: stderr goes to {@code id.err}, temporary files to
 *     {@code id.tmp}
 * @param jvmOptions of the process
 * @param mainClass a program that runs a {@link ReplicaConversation}
 * @param arguments of that program
 */
public record ReplicaSpec(
    String id, Path folder, List<String> jvmOptions, String mainClass, List<String> arguments) {

  public ReplicaSpec {
    jvmOptions = List.copyOf(jvmOptions);
    arguments = List.copyOf(arguments);
  }

  /** A process for it that was not started yet. */
  ProcessBuilder process() throws IOException {
    Path temporary = Files.createDirectories(folder.resolve(id + ".tmp"));
    ProcessBuilder builder =
        new ProcessBuilder(JavaCommand.of(temporary, jvmOptions, mainClass, arguments));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve(id + ".err").toFile()));
    return builder;
  }
}
