// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.StoreOptions;
import io.kvorum.store.rocks.RocksMvccStore;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A check in a process that opens no store, as {@code kv check} does it: nothing is loaded yet. */
class StoreCheckAloneTest {

  private static final long LIMIT_SECONDS = 60;

  @TempDir Path dir;

  @Test
  void aProcessThatOnlyChecksCanDoSo() throws Exception {
    try (RocksMvccStore store = RocksMvccStore.open(dir, StoreOptions.defaults())) {
      store.putAt("k".getBytes(UTF_8), "v".getBytes(UTF_8), 1, 0);
    }
    Process check =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                dir.toString())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(check.getInputStream().readAllBytes(), UTF_8);
      assertThat(check.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(output).contains("1 keys, problems: []");
    } finally {
      check.destroyForcibly();
    }
  }

  /** What the process does. */
  static final class Main {

    private Main() {}

    public static void main(String[] args) {
      StoreCheck.Report report = StoreCheck.check(Path.of(args[0]));
      System.out.println(report.keys() + " keys, problems: " + report.problems());
    }
  }
}
