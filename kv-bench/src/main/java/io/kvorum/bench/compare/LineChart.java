// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.plot.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A chart as SVG text: named steps along the bottom, a logarithmic scale up the side, one line for
 * each series, its name at its end. Written out by hand, as {@link io.kvorum.bench.plot.BarChart}
 * is: a drawing library needs the fonts of the machine.
 *
 * @param steps along the bottom
 */
record LineChart(String title, String unit, List<String> steps, List<Series> series) {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 330;
  private static final int LEFT = 80;
  private static final int RIGHT = 430;
  private static final int TOP = 48;
  private static final int BOTTOM = 290;
  private static final int NAME_HEIGHT = 13;

  /**
   * One line of a chart.
   *
   * @param values one for each step; NaN where there is none
   * @param colour as CSS says it
   */
  record Series(String name, List<Double> values, String colour) {}

  /** The element, to be put into a page. */
  String svg() {
    double lowest = all().filter(v -> v > 0).min().orElse(1);
    double highest = all().max().orElse(10);
    int bottomDecade = (int) Math.floor(Math.log10(lowest));
    int topDecade = Math.max(bottomDecade + 1, (int) Math.ceil(Math.log10(highest)));
    StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " role=\"img\">",
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT);
    line(svg, "<title>%s</title>", Html.escape(title));
    text(svg, LEFT, 18, "start", "font-weight=\"bold\"", title);
    text(svg, LEFT, 36, "start", "fill=\"#666\"", unit);
    for (int decade = bottomDecade; decade <= topDecade; decade++) {
      double y = y(Math.pow(10, decade), bottomDecade, topDecade);
      line(
          svg,
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>",
          LEFT,
          y,
          RIGHT,
          y);
      text(svg, LEFT - 8, y + 4, "end", "", number(Math.pow(10, decade)));
    }
    for (int i = 0; i < steps.size(); i++) {
      text(svg, x(i), BOTTOM + 20, "middle", "", steps.get(i));
    }
    series.forEach(each -> draw(svg, each, bottomDecade, topDecade));
    names(svg, bottomDecade, topDecade);
    return svg.append("</svg>\n").toString();
  }

  private DoubleStream all() {
    return series.stream()
        .flatMap(each -> each.values().stream())
        .mapToDouble(Double::doubleValue)
        .filter(Double::isFinite);
  }

  private void draw(StringBuilder svg, Series each, int bottomDecade, int topDecade) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < each.values().size(); i++) {
      double value = each.values().get(i);
      if (Double.isFinite(value) && value > 0) {
        double y = y(value, bottomDecade, topDecade);
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(i), y));
        line(
            svg,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s, %s: %s</title></circle>",
            x(i),
            y,
            each.colour(),
            Html.escape(each.name()),
            steps.get(i),
            number(value));
      }
    }
    line(
        svg,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
        points.toString().strip(),
        each.colour());
  }

  /** The names at the ends of the lines, moved apart where they would touch. */
  private void names(StringBuilder svg, int bottomDecade, int topDecade) {
    List<Series> sorted = new ArrayList<>(series);
    sorted.removeIf(each -> !Double.isFinite(last(each)));
    sorted.sort((a, b) -> Double.compare(last(b), last(a)));
    double previous = TOP - NAME_HEIGHT;
    for (Series each : sorted) {
      double y = Math.max(y(last(each), bottomDecade, topDecade) + 4, previous + NAME_HEIGHT);
      text(svg, RIGHT + 10, y, "start", "fill=\"" + each.colour() + "\"", each.name());
      previous = y;
    }
  }

  private static double last(Series each) {
    for (int i = each.values().size() - 1; i >= 0; i--) {
      if (Double.isFinite(each.values().get(i)) && each.values().get(i) > 0) {
        return each.values().get(i);
      }
    }
    return Double.NaN;
  }

  private double x(int step) {
    double margin = 20;
    double width = RIGHT - LEFT - 2 * margin;
    return LEFT + margin + (steps.size() == 1 ? width / 2 : step * width / (steps.size() - 1));
  }

  private static double y(double value, int bottomDecade, int topDecade) {
    double share = (Math.log10(value) - bottomDecade) / (topDecade - bottomDecade);
    return BOTTOM - share * (BOTTOM - TOP);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.2f" : "%,.0f", value);
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String style, String text) {
    line(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>",
        x,
        y,
        anchor,
        style,
        Html.escape(text));
  }

  private static void line(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
