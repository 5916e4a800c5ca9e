// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model of the durability protocol in docs/design/tla, with every configuration there. The
 * first line of a configuration says what TLC must find: that it holds, in how many states, or
 * which invariant it violates.
 */
final class DurabilityModelTest {

  private static final Path MODEL = Path.of("..", "docs", "design", "tla");
  private static final int PROCESSES = 2;

  @TempDir static Path folder;

  private static final Map<String, Future<ModelCheck>> CHECKS = new TreeMap<>();
  private static ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);

  @BeforeAll
  static void start() throws IOException {
    for (String name : configurations()) {
      CHECKS.put(name, threads.submit(() -> ModelCheck.run(MODEL.resolve(name), folder)));
    }
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
  }

  static List<String> configurations() throws IOException {
    try (Stream<Path> files = Files.list(MODEL)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".cfg"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void findsWhatItsFirstLineSays(String name) throws Exception {
    ModelCheck check = CHECKS.get(name).get(5, TimeUnit.MINUTES);
    System.out.println(name + ": " + check.found());
    String expected = Files.readAllLines(MODEL.resolve(name)).get(0).replaceFirst("^\\\\\\* ", "");
    assertThat(check.found()).as(check.output()).startsWith(check.expected(expected));
  }

  /** Each mode is checked, must be able to reach something, and something must be able to fail. */
  @Test
  void noConfigurationIsMissing() throws IOException {
    assertThat(configurations())
        .contains("sync_direct.cfg", "nosync_direct.cfg", "nowal_direct.cfg")
        .contains("sync_install.cfg", "nosync_install.cfg", "nowal_install.cfg")
        .contains("something_happens.cfg")
        .contains("wrong_reports_applied.cfg", "wrong_position_apart.cfg")
        .contains("wrong_purges_first.cfg", "wrong_direct_unsynced.cfg");
  }
}
