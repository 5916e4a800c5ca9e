// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvorum.bench.driver.BlockDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class CompareCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--systems=kvorum,nobody | expected one of",
        "--rounds=0 | --rounds is 0, allowed are 1 to 100",
        "--out=/dev/null/x | --out /dev/null/x is no folder that can be used"
      })
  void aBadOptionIsRefusedWithASentence(String option, String sentence) {
    assertThat(run(option)).isEqualTo(2);
    assertThat(err.toString()).contains(sentence);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void systemsInTheirOwnProcessesAreMeasuredInOneRun(@TempDir Path folder) throws Exception {
    Path results = folder.resolve("results");
    int exit =
        run(
            "--systems=rocksdb,ratis,rheakv",
            "--workloads=put,get",
            "--keys=1000",
            "--in-flight=8",
            "--rounds=2",
            "--seconds=0.2",
            "--warmup=0",
            "--dir=" + folder,
            "--out=" + results);
    assertThat(err.toString()).contains("rocksdb is up", "ratis is up");
    assertThat(exit).isZero();
    // The third one's jars are never on the class path of a test.
    assertThat(out.toString()).contains("rheakv is skipped: ", "rocksdb/it", "put, 8 in flight");
    JsonNode report = new ObjectMapper().readTree(results.resolve("compare.json").toFile());
    assertThat(report.at("/systems").size()).isEqualTo(2);
    assertThat(report.at("/systems/0/system").asText()).isEqualTo("rocksdb");
    assertThat(report.at("/systems/0/results").size()).isEqualTo(2);
    assertThat(report.at("/systems/1/results").size()).as("ratis takes writes only").isEqualTo(1);
    boolean counted = BlockDevice.of(folder).settledBytes() != null;
    for (JsonNode system : report.get("systems")) {
      // 24-byte keys and 100-byte values, on a disk at the least once; reads are not asked about.
      assertThat(system.get("written")).hasSize(counted ? 1 : 0);
      for (JsonNode written : system.get("written")) {
        assertThat(written.at("/load/workload").asText()).isEqualTo("put");
        assertThat(written.get("bytesAnOperation").asDouble()).isGreaterThan(124);
      }
      for (JsonNode result : system.get("results")) {
        assertThat(result.get("errors").asLong()).isZero();
        assertThat(result.at("/latency/max").asDouble()).isPositive();
        assertThat(result.get("rounds").size()).isEqualTo(2);
      }
    }
    assertThat(results.resolve("report.html")).isNotEmptyFile();
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(results);
    }
  }

  private int run(String... arguments) {
    return new CommandLine(new CompareCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
