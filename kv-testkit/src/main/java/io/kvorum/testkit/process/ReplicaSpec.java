// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica to be run in a process of its own.
 *
 * <p>Example: {@link ReplicaProcess}.
 *
 * @param id its name in the group
 * @param prefix of the command, that starts it on its host; empty as a rule
 * @param folder for all files of the process: stderr goes to {@code id.err}, temporary files to
 *     {@code id.tmp}
 * @param jvmOptions of the process
 * @param mainClass a program that runs a {@link ReplicaConversation}
 * @param arguments of that program
 */
public record ReplicaSpec(
    String id,
    List<String> prefix,
    Path folder,
    List<String> jvmOptions,
    String mainClass,
    List<String> arguments) {

  public ReplicaSpec {
    prefix = List.copyOf(prefix);
    jvmOptions = List.copyOf(jvmOptions);
    arguments = List.copyOf(arguments);
  }

  /** On this machine. */
  public ReplicaSpec(
      String id, Path folder, List<String> jvmOptions, String mainClass, List<String> arguments) {
    this(id, List.of(), folder, jvmOptions, mainClass, arguments);
  }

  /** A process for it that was not started yet. */
  ProcessBuilder process() throws IOException {
    Path temporary = Files.createDirectories(folder.resolve(id + ".tmp"));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(JavaCommand.of(temporary, jvmOptions, mainClass, arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve(id + ".err").toFile()));
    return builder;
  }
}
