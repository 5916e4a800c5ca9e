// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines for JVMs that run the program of this one.
 *
 * <pre>{@code
 * List<String> options = List.of("-Xmx64m");
 * List<String> command = JavaCommand.of(folder, options, main, List.of("argument"));
 * ProcessBuilder builder = new ProcessBuilder(command); // the class path is that of this JVM
 * }</pre>
 */
public final class JavaCommand {

  private JavaCommand() {}

  /**
   * This JVM's java with its class path.
   *
   * @param temporary the folder for temporary files: RocksDB unpacks its library there, and a
   *     killed process leaves it
   * @param options on top, such as {@code -Xmx256m}
   */
  public static List<String> of(
      Path temporary, List<String> options, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--enable-native-access")
          || argument.startsWith("--sun-misc-unsafe-memory-access")) {
        command.add(argument);
      }
    }
    command.addAll(options);
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", classPath(), mainClass));
    command.addAll(arguments);
    return command;
  }

  private static String classPath() {
    // Surefire may put the real class path elsewhere than java.class.path.
    String surefire = System.getProperty("surefire.test.class.path");
    String path = surefire == null ? System.getProperty("java.class.path", "") : surefire;
    return path.isEmpty() ? "." + File.pathSeparator : path;
  }
}
