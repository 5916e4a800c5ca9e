// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo from end to end, in a JVM of its own, on a small file. */
final class DemoTest {

  private static final int ENTRIES = 2_000;
  private static final long LIMIT_SECONDS = 120;

  @TempDir Path dir;

  @Test
  void three_replicas_lose_nothing_when_the_leader_is_killed() throws Exception {
    Run run = demo(Map.of("FSM_SYNC_MODE", "nosync"));
    assertThat(run.code()).as(run.all()).isZero();
    assertThat(run.report())
        .containsEntry("entries", Integer.toString(ENTRIES))
        .containsEntry("replicas", "3")
        .containsEntry("lost acknowledged writes", "0")
        .containsEntry("replica hashes", "equal")
        .containsEntry("FSM_SYNC_MODE", "nosync");
    assertThat(Long.parseLong(run.report().get("fail-over ms"))).isNotNegative();
    assertThat(Long.parseLong(run.report().get("disk bytes"))).isPositive();
    assertThat(run.err()).contains("was killed (SIGKILL)");
    assertThat(run.temporary()).as("what is left behind").isEmpty();
  }

  @Test
  void one_replica_warns_of_a_bad_mode_and_keeps_a_named_folder() throws Exception {
    Path kept = dir.resolve("a folder");
    Run run = demo(Map.of("FSM_SYNC_MODE", "garbage"), "--replicas", "1", "--dir", kept.toString());
    assertThat(run.code()).as(run.all()).isZero();
    assertThat(run.report())
        .containsEntry("lost acknowledged writes", "0")
        .containsEntry("FSM_SYNC_MODE", "sync");
    assertThat(run.report().get("fail-over ms")).startsWith("none");
    assertThat(run.err()).contains("WARN", "garbage");
    assertThat(kept.resolve("n1")).isDirectory();
  }

  private Run demo(Map<String, String> environment, String... options) throws Exception {
    Path file = dir.resolve("input.tsv");
    Files.write(
        file, IntStream.range(0, ENTRIES).mapToObj(i -> "key-" + i + "\tvalue " + i).toList());
    Path temporary = Files.createDirectories(dir.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Kv.class.getName()));
    command.addAll(List.of("demo", "--file", file.toString()));
    command.addAll(Arrays.asList(options));
    File out = dir.resolve("out").toFile();
    File err = dir.resolve("err").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroy(); // its hook ends the children
    assertThat(ended).as("ends within %d s; stderr:%n%s", LIMIT_SECONDS, read(err)).isTrue();
    return new Run(process.exitValue(), read(out), read(err), temporary);
  }

  private static String read(File file) throws IOException {
    return Files.readString(file.toPath());
  }

  private record Run(int code, String out, String err, Path tmp) {

    Map<String, String> report() {
      return out.lines()
          .map(line -> line.split(": ", 2))
          .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    String all() {
      return out + err;
    }

    /** Names of what is in the temporary folder, the JVM's own files left out. */
    List<String> temporary() throws IOException {
      try (var files = Files.list(tmp)) {
        return files
            .map(path -> path.getFileName().toString())
            .filter(name -> !name.startsWith("hsperfdata"))
            .toList();
      }
    }
  }
}
