// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.plot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.bench.plot.BarChart.Bar;
import io.kvorum.bench.plot.BarChart.Group;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

final class BarChartTest {

  @Test
  void eachValueIsABarAsHighAsItsLogarithmSays() throws Exception {
    Element svg =
        drawn(
            new BarChart(
                "a < b",
                "writes/s",
                List.of("x", "y"),
                List.of(
                    new Group("one", "", List.of(Bar.of(2_000), Bar.of(20_000))),
                    new Group("two", "", List.of(Bar.of(200_000), Bar.of(Double.NaN))))));
    List<Double> heights = new ArrayList<>();
    NodeList rects = svg.getElementsByTagName("rect");
    for (int i = 1; i < rects.getLength() - 2; i++) { // behind the background, before the legend
      heights.add(Double.valueOf(((Element) rects.item(i)).getAttribute("height")));
    }
    assertThat(heights).hasSize(3);
    double decade = heights.get(1) - heights.get(0);
    assertThat(decade).isPositive();
    assertThat(heights.get(2) - heights.get(1)).isBetween(decade - 0.2, decade + 0.2);
    assertThat(svg.getTextContent()).contains("a < b", "2,000", "20,000", "200,000", "one", "two");
  }

  @Test
  void oneWithoutAnyValueIsDrawnToo() throws Exception {
    Element svg =
        drawn(
            new BarChart(
                "", "", List.of("x"), List.of(new Group("g", "", List.of(Bar.of(Double.NaN))))));
    assertThat(svg.getTextContent()).contains("g");
  }

  @Test
  void aGroupThatLacksABarIsRefused() {
    List<Group> lacking = List.of(new Group("g", "", List.of(Bar.of(1))));
    assertThatThrownBy(() -> new BarChart("", "", List.of("x", "y"), lacking))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one bar for each of [x, y]");
  }

  private static Element drawn(BarChart chart) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(chart.svg().getBytes(UTF_8)))
        .getDocumentElement();
  }
}
