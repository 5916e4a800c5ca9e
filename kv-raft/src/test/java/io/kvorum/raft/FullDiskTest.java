// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvorum.api.SyncMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real file system of 256 MiB runs full under a replica. It is mounted in a mount namespace of
 * the child JVM's own and vanishes with it. Needs root; skipped, in one line, elsewhere.
 */
@Timeout(240)
class FullDiskTest {

  private static final int DISK_MEGABYTES = 256;

  @TempDir Path dir;

  /* Each mode takes half a minute. */
  static List<SyncMode> modes() {
    return Integer.getInteger("kvorum.effort", 1) > 1
        ? List.of(SyncMode.values())
        : List.of(SyncMode.SYNC);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void writesAreRefusedInTimeAndAFullDiskLosesNothing(SyncMode mode) throws Exception {
    if (run("true") != 0) {
      System.out.println("SKIPPED: FullDiskTest: mounting a file system needs root and unshare");
      assumeTrue(false, "a file system can be mounted");
    }
    int exit =
        run(
            "exec \"$JAVA\" -Xmx256m -cp \"$CLASSES\" "
                + FullDiskChild.class.getName()
                + " \"$DISK\" "
                + mode);
    assertThat(exit).as("%s", Files.readString(output())).isZero();
  }

  /** Runs a command beside the mounted file system; its output goes into a file. */
  private int run(String command) throws IOException, InterruptedException {
    Path mountPoint = Files.createDirectories(dir.resolve("disk"));
    String script = "mount -t tmpfs -o size=" + DISK_MEGABYTES + "m tmpfs \"$DISK\" && " + command;
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of("unshare", "-m", "--propagation", "private", "sh", "-c", script));
    builder.environment().put("DISK", mountPoint.toString());
    builder.environment().put("JAVA", Path.of(System.getProperty("java.home"), "bin/java") + "");
    builder.environment().put("CLASSES", classPath());
    builder.redirectErrorStream(true).redirectOutput(output().toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      Files.writeString(output(), String.valueOf(e.getMessage()), StandardCharsets.UTF_8);
      return -1;
    }
    if (!process.waitFor(200, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return -2;
    }
    return process.exitValue();
  }

  /* Surefire's class path is in a jar of its own, and this property has the real one. */
  private static String classPath() {
    String surefire = System.getProperty("surefire.test.class.path");
    return surefire != null ? surefire : System.getProperty("java.class.path");
  }

  private Path output() {
    return dir.resolve("output");
  }
}
