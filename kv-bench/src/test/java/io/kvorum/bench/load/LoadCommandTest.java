// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class LoadCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--keys=999 | --keys is 999, allowed are 1000 to 10000000",
        "--rounds=0 | --rounds is 0, allowed are 1 to 100",
        "--seconds=0 | --seconds is 0.0, allowed are 0.1 to 3600",
        "--seconds=NaN | --seconds is NaN, allowed are 0.1 to 3600",
        "--warmup=-1 | --warmup is -1.0, allowed are 0 to 3600",
        "--threads=65 | --threads is 65, allowed are 1 to 64",
        "--in-flight=1,0 | --in-flight is 0, allowed are 1 to 4096",
        "--rates=0 | --rates is 0, allowed are 1 to 10000000",
        "--replicas=2 | --replicas is 2, allowed are 1, 3, 5",
        "--mode=fast | --mode is fast, allowed are sync, nosync, nowal",
        "--workloads=put,pot | expected one of",
        "--dir=/dev/null/x | --dir /dev/null/x is no folder that can be used",
        "--unknown | Unknown option: '--unknown'"
      })
  void aBadOptionIsRefusedWithASentence(String option, String sentence) {
    assertThat(run(option)).isEqualTo(2);
    assertThat(err.toString()).contains(sentence);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aSecondOnARealClusterGivesATableAndJson(@TempDir Path folder) throws IOException {
    Path json = folder.resolve("load.json");
    int exit =
        run(
            "--dir=" + folder,
            "--json=" + json,
            "--keys=2000",
            "--replicas=3",
            "--in-flight=4",
            "--rounds=1",
            "--seconds=0.2",
            "--warmup=0");
    assertThat(err.toString()).doesNotContain("errors");
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("put ", "ycsb-f", "FSM_SYNC_MODE sync");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    List<String> workloads = new ArrayList<>();
    for (JsonNode result : report.get("results")) {
      workloads.add(result.at("/load/workload").asText());
      assertThat(result.get("errors").asLong()).as("%s", result).isZero();
      // Some requests ended; on a busy machine perhaps none before the round was over.
      assertThat(result.at("/latency/max").asDouble()).as("%s", result).isPositive();
    }
    assertThat(workloads)
        .containsExactly(
            "put",
            "get",
            "lease-get",
            "batch-100",
            "cas-3",
            "scan-1000",
            "ycsb-a",
            "ycsb-b",
            "ycsb-c",
            "ycsb-e",
            "ycsb-f");
    assertThat(report.at("/machine/cores").asInt()).isPositive();
    assertThat(report.at("/settings/version").asText()).doesNotContain("unknown", "${");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(json); // the replicas' folders are gone
    }
  }

  @Test
  void atARateBothLatenciesAreTold(@TempDir Path folder) {
    int exit =
        run(
            "--dir=" + folder,
            "--keys=1000",
            "--replicas=1",
            "--workloads=put",
            "--rates=200",
            "--rounds=1",
            "--seconds=0.5",
            "--warmup=0");
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("due/s", "not corrected");
  }

  private int run(String... arguments) {
    return new CommandLine(new LoadCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
