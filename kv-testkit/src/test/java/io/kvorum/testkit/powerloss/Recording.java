// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Runs a child to its end and gives its record; skips the test where nothing can be recorded. */
public final class Recording {

  private static final Duration LIMIT = Duration.ofMinutes(6);
  private static boolean announced;

  private Recording() {}

  /** Skips the calling test, with one line on stdout for all of them, if there is no recorder. */
  public static void assumeAvailable() {
    // javadoc: Recorder
    Optional<String> reason = Recorder.unavailableReason(); // no compiler, say
    reason.ifPresent(Recording::announce);
    Assumptions.assumeTrue(reason.isEmpty(), reason.orElse(""));
    // javadoc ends
  }

  private static synchronized void announce(String reason) {
    if (!announced) {
      announced = true;
      System.out.println("SKIPPED: power-loss tests: " + reason);
    }
  }

  /** Runs {@code main} with the watched root as its first argument. */
  public static RecordedRun of(Class<?> main, Path folder, String... arguments)
      throws IOException, InterruptedException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path log = folder.resolve("log");
    List<String> all = new ArrayList<>(List.of(root.toRealPath().toString()));
    all.addAll(List.of(arguments));
    // javadoc: ChildJvm
    try (ChildJvm child = ChildJvm.startRecorded(main, all, root, log)) {
      child.awaitSuccess(LIMIT);
    }
    RecordedRun run = RecordedRun.read(log);
    // javadoc ends
    Files.delete(log);
    return run;
  }
}
