// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class FsyncCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--replicas=1,2 | --replicas is 2, allowed are 1, 3 and 5",
        "--writers=0 | --writers is 0, allowed are 1 to 1024",
        "--rounds=101 | --rounds is 101, allowed are 1 to 100",
        "--seconds=0 | --seconds is 0, allowed are 1 to 3600",
        "--dir=/dev/null/x | --dir /dev/null/x is no folder that can be used",
        "--out=/dev/null/x | --out /dev/null/x is no folder that can be used"
      })
  void aBadOptionIsRefusedWithASentence(String option, String sentence, @TempDir Path folder) {
    String out = option.startsWith("--out") ? "--rounds=1" : "--out=" + folder;
    assertThat(run(option, out)).isEqualTo(2);
    assertThat(err.toString()).contains(sentence);
  }

  @Test
  void aSecondOfEachModeGivesATableJsonAndPlots(@TempDir Path folder) throws IOException {
    Path results = folder.resolve("out");
    int exit =
        run(
            "--out=" + results,
            "--dir=" + folder,
            "--replicas=1",
            "--writers=8",
            "--rounds=1",
            "--seconds=1");
    assertThat(err.toString()).contains("nowal");
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("fsyncs/entry", "sync", "nosync", "nowal", "device bytes:");
    JsonNode report = new ObjectMapper().readTree(results.resolve("fsync.json").toFile());
    assertThat(report.get("results")).hasSize(3);
    for (JsonNode result : report.get("results")) {
      assertThat(result.get("writes").asLong())
          .isGreaterThanOrEqualTo(result.get("entries").asLong());
      assertThat(result.at("/syncs/raftLog").asLong()).isPositive();
      switch (result.at("/what/mode").asText()) {
        case "SYNC" -> assertThat(result.at("/syncs/storeLog").asLong()).isPositive();
        case "NOWAL" -> assertThat(result.at("/syncs/storeLog").asLong()).isZero();
        default -> {} // a checkpoint may sync
      }
      JsonNode bytes = result.get("deviceBytes"); // at least the log, unless there is no device
      assertThat(bytes.isNull() || bytes.asLong() > result.get("userBytes").asLong()).isTrue();
    }
    assertThat(Files.readString(results.resolve("writes.svg"))).contains("8 writers", "nowal");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(results); // the replicas' folders are gone
    }
  }

  private int run(String... arguments) {
    return new CommandLine(new FsyncCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
