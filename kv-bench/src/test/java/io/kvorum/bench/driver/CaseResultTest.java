// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CaseResultTest {

  private static RoundResult round(double perSecond, long errors, double p99) {
    Latency latency = new Latency(1, 2, p99, 4, 5);
    return new RoundResult(10, perSecond, errors, null, 0, latency, latency);
  }

  @Test
  void theMiddleRoundCountsAndTheOthersAreItsBounds() {
    CaseResult result =
        CaseResult.of(
            LoadCase.closed(Workload.PUT, 64),
            List.of(round(300, 1, 9), round(100, 0, 7), round(200, 2, 8)));
    assertThat(result.perSecond()).isEqualTo(200);
    assertThat(result.lowest()).isEqualTo(100);
    assertThat(result.highest()).isEqualTo(300);
    assertThat(result.errors()).isEqualTo(3);
    assertThat(result.latency().p99()).isEqualTo(8);
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(Median.of(4, 1, 3, 2)).isEqualTo(2.5);
    assertThat(Median.of()).isNaN();
  }

  @Test
  void asJsonItHasTheNamesThatReadersRelyOnAndComesBackTheSame() throws IOException {
    CaseResult result =
        CaseResult.of(LoadCase.closed(Workload.BATCH, 16), List.of(round(300, 0, 9)));
    String line = Json.line(result);
    JsonNode node = new ObjectMapper().readTree(line);
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "load", "perSecond", "lowest", "highest", "errors", "latency", "sinceSent", "rounds");
    assertThat(node.at("/load/workload").asText()).isEqualTo("batch-100");
    assertThat(node.at("/load/inFlight").asInt()).isEqualTo(16);
    assertThat(node.at("/latency/p99").asDouble()).isEqualTo(9);
    assertThat(node.at("/rounds/0/perSecond").asDouble()).isEqualTo(300);
    assertThat(Json.read(line, CaseResult.class)).isEqualTo(result);
  }
}
