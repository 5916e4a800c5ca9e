// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.model;

import io.kvorum.testkit.powerloss.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of TLC, in a JVM of its own.
 *
 * @param found what it says, in the words of the configurations: {@code holds: 123 states} or
 *     {@code violates Invariant}
 */
record ModelCheck(String found, boolean deeper, String output) {

  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final boolean DEEPER = Integer.getInteger("kvorum.effort", 1) > 1;

  /** The exit statuses of TLC that are verdicts. */
  private static final int HOLDS = 0;

  private static final int VIOLATED = 12;

  private static final Pattern STATES = Pattern.compile("([0-9]+) distinct states found, 0 states");
  private static final Pattern INVARIANT = Pattern.compile("Invariant (\\w+) is violated");

  /**
   * Checks the module beside a configuration. With more effort than usual one that holds is checked
   * with one more entry.
   */
  static ModelCheck run(Path configuration, Path folder) throws IOException, InterruptedException {
    String name = configuration.getFileName().toString();
    Path work = Files.createTempDirectory(folder, name);
    Path module = Files.copy(configuration.resolveSibling("Durability.tla"), module(work));
    String text = Files.readString(configuration);
    boolean deeper = DEEPER && text.startsWith("\\* holds");
    Path used = work.resolve(name);
    Files.writeString(used, deeper ? text.replace("MaxIndex = 3", "MaxIndex = 4") : text);
    List<String> arguments =
        List.of(
            "-workers",
            "1",
            "-deadlock", // the bounds end every behaviour
            "-metadir",
            work.resolve("states").toString(),
            "-config",
            used.toString(),
            module.toString());
    try (ChildJvm child = ChildJvm.start(tlc2.TLC.class, arguments)) {
      int status = child.await(deeper ? LIMIT.multipliedBy(10) : LIMIT);
      String output = child.output();
      return new ModelCheck(verdict(status, output), deeper, output);
    }
  }

  /** What must have been found; the number of states is that of the usual bounds. */
  String expected(String firstLine) {
    return deeper ? firstLine.replaceFirst(":.*", "") : firstLine;
  }

  private static Path module(Path work) {
    return work.resolve("Durability.tla");
  }

  private static String verdict(int status, String output) {
    Matcher states = STATES.matcher(output);
    Matcher invariant = INVARIANT.matcher(output);
    if (status == HOLDS && states.find()) {
      return "holds: " + states.group(1) + " states";
    }
    if (status == VIOLATED && invariant.find()) {
      return "violates " + invariant.group(1);
    }
    return "status " + status;
  }
}
