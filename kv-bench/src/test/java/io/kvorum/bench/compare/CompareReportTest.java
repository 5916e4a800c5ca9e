// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.Json;
import io.kvorum.bench.driver.Latency;
import io.kvorum.bench.driver.LoadCase;
import io.kvorum.bench.driver.Machine;
import io.kvorum.bench.driver.RoundResult;
import io.kvorum.bench.driver.Workload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

final class CompareReportTest {

  private static final LoadCase ONE = LoadCase.closed(Workload.PUT, 1);
  private static final LoadCase MANY = LoadCase.closed(Workload.PUT, 64);
  private static final LoadCase GETS = LoadCase.closed(Workload.GET, 64);

  private static CaseResult result(LoadCase load, double perSecond, long errors) {
    Latency latency = new Latency(100, 200, 300, 400, 500);
    return CaseResult.of(
        load, List.of(new RoundResult(10, perSecond, errors, null, 0, latency, latency)));
  }

  private static CompareReport report() {
    return new CompareReport(
        new Machine("2026-11-25T10:00:00Z", 2, 24, "Linux", "JDK", 121),
        3,
        1_000,
        1,
        5,
        0,
        "-Xmx2g",
        List.of(ONE, MANY, GETS),
        "device bytes: of <a disk>",
        List.of(
            new SystemResult(
                "kvorum",
                Map.of(),
                List.of(result(ONE, 300, 0), result(MANY, 9_000, 0)),
                List.of(new Written(ONE, 12_345), new Written(MANY, 2_000))),
            new SystemResult(
                "a <peer>",
                Map.of("durability", "\"none\" & less"),
                List.of(result(ONE, 600, 0), result(MANY, 3_000, 2)),
                List.of(new Written(MANY, 4_000)))),
        List.of("etcd is skipped: there is no program etcd on the PATH"));
  }

  @Test
  void ratiosAreThoseOfTheFirstSystemToEachOther() {
    List<String> lines = CompareTable.of(report()).lines().toList();
    assertThat(lines.get(0)).matches("operations/s +kvorum +a <peer>");
    assertThat(lines.get(1)).matches("put, 1 in flight +300 +600");
    assertThat(lines.get(2)).matches("  kvorum/it +1.00 +0.50");
    assertThat(lines.get(3)).matches("  device bytes an operation +12,345 +-");
    assertThat(lines.get(4)).matches("put, 64 in flight +9,000 +!3,000");
    assertThat(lines.get(5)).matches("  kvorum/it +1.00 +3.00");
    assertThat(lines.get(6)).matches("  device bytes an operation +2,000 +4,000");
    assertThat(lines.get(7)).isEqualTo("! some requests ended with an error");
    assertThat(lines).as("nobody was measured reading").hasSize(8);
  }

  @Test
  void asJsonItComesBackTheSame() throws IOException {
    String line = Json.line(report());
    assertThat(Json.read(line, CompareReport.class)).isEqualTo(report());
    assertThat(line).contains("\"systems\":[{\"system\":\"kvorum\"", "\"notes\":[\"etcd is");
  }

  @Test
  void thePageTellsEverythingAndItsChartsAreWellFormed() throws Exception {
    String page = new HtmlReport(report()).text();
    assertThat(page)
        .contains("2 cores", "a &lt;peer&gt;", "&quot;none&quot; &amp; less", "etcd is skipped")
        .contains(Limits.SENTENCES)
        .contains("put: throughput", "put: latency, 99 %", "put, 64 in flight: latency")
        .contains("put: bytes written", "12,345", "device bytes: of &lt;a disk&gt;")
        .doesNotContain("a <peer>", "get: throughput");
    Matcher charts = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
    int count = 0;
    while (charts.find()) {
      count++;
      Element svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(charts.group().getBytes(UTF_8)))
              .getDocumentElement();
      assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
      NodeList points = svg.getElementsByTagName("circle");
      for (int i = 0; i < points.getLength(); i++) {
        assertThat(Double.parseDouble(((Element) points.item(i)).getAttribute("cy")))
            .isBetween(48.0, 290.0);
      }
    }
    assertThat(count).isEqualTo(4);
  }

  @Test
  void aChartIsLogarithmic() {
    LineChart chart =
        new LineChart(
            "t",
            "u",
            List.of("a", "b", "c"),
            List.of(new LineChart.Series("s", List.of(10.0, 100.0, 1_000.0), "red")));
    Matcher y = Pattern.compile("cy=\"([0-9.]+)\"").matcher(chart.svg());
    double[] heights = y.results().mapToDouble(m -> Double.parseDouble(m.group(1))).toArray();
    assertThat(heights).hasSize(3);
    assertThat(heights[0] - heights[1]).isEqualTo(heights[1] - heights[2]);
    assertThat(heights[0]).isGreaterThan(heights[1]);
  }
}
