// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.plot;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A chart of bars in groups as an SVG file: a logarithmic scale up the side, in each group one bar
 * for each series, with an error bar where the error is known.
 *
 * @param unit of the values
 * @param series names of the bars of a group, in order; at most five
 */
public record BarChart(String title, String unit, List<String> series, List<Group> groups) {

  private static final List<String> COLOURS =
      List.of("#4878a8", "#e08a3c", "#4f9d69", "#8a6bb0", "#7a7a7a");

  private static final int HEIGHT = 420;
  private static final int LEFT = 90;
  private static final int RIGHT_MARGIN = 20;
  private static final int TOP = 70;
  private static final int BOTTOM = 360;
  private static final int BAR = 58;
  private static final int BETWEEN_BARS = 6;
  private static final int BETWEEN_GROUPS = 44;
  private static final int LEGEND_STEP = 90;

  /** Checks that each group has a bar for each series. */
  public BarChart {
    series = List.copyOf(series);
    groups = List.copyOf(groups);
    if (series.size() > COLOURS.size()) {
      throw new IllegalArgumentException(
          series.size() + " series, there are colours for " + COLOURS.size());
    }
    for (Group group : groups) {
      if (group.bars().size() != series.size()) {
        throw new IllegalArgumentException(group + " has not one bar for each of " + series);
      }
    }
  }

  /**
   * Bars side by side.
   *
   * @param note a second line under the name; may be empty
   */
  public record Group(String name, String note, List<Bar> bars) {}

  /**
   * One bar.
   *
   * @param value positive; anything else is drawn as no bar
   * @param error up and down from the value; NaN where it is not known
   */
  public record Bar(double value, double error) {

    /** One whose error is not known. */
    public static Bar of(double value) {
      return new Bar(value, Double.NaN);
    }

    private boolean isDrawn() {
      return Double.isFinite(value) && value > 0;
    }
  }

  /** The text of the file. */
  public String svg() {
    StringBuilder svg = new StringBuilder();
    Scale scale = Scale.of(values());
    int groupWidth = series.size() * (BAR + BETWEEN_BARS) + BETWEEN_GROUPS;
    int width =
        Math.max(
            LEFT + groups.size() * groupWidth + RIGHT_MARGIN,
            LEFT + (series.size() + 1) * LEGEND_STEP + 200);
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"13\">",
        width,
        HEIGHT);
    line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", width, HEIGHT);
    text(svg, width / 2, 24, "middle", title);
    axis(svg, scale, width);
    for (int i = 0; i < groups.size(); i++) {
      draw(svg, groups.get(i), scale, LEFT + i * groupWidth + BETWEEN_GROUPS / 2, groupWidth);
    }
    legend(svg, width);
    return svg.append("</svg>\n").toString();
  }

  private DoubleStream values() {
    return groups.stream()
        .flatMap(group -> group.bars().stream())
        .filter(Bar::isDrawn)
        .mapToDouble(Bar::value);
  }

  private void axis(StringBuilder svg, Scale scale, int width) {
    for (int decade = scale.lowest(); decade <= scale.highest(); decade++) {
      double value = Math.pow(10, decade);
      double y = scale.y(value);
      line(
          svg,
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#cccccc\"/>",
          LEFT,
          y,
          width - RIGHT_MARGIN,
          y);
      text(svg, LEFT - 8, (int) y + 4, "end", number(value));
    }
    text(svg, LEFT - 70, TOP - 22, "start", unit);
  }

  private static void draw(StringBuilder svg, Group group, Scale scale, int left, int groupWidth) {
    for (int i = 0; i < group.bars().size(); i++) {
      Bar bar = group.bars().get(i);
      if (bar.isDrawn()) {
        draw(svg, bar, scale, left + i * (BAR + BETWEEN_BARS), COLOURS.get(i));
      }
    }
    int middle = left + (groupWidth - BETWEEN_GROUPS) / 2;
    text(svg, middle, BOTTOM + 20, "middle", group.name());
    text(svg, middle, BOTTOM + 38, "middle", group.note());
  }

  private static void draw(StringBuilder svg, Bar bar, Scale scale, int x, String colour) {
    double top = scale.y(bar.value());
    line(
        svg,
        "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>",
        x,
        top,
        BAR,
        BOTTOM - top,
        colour);
    int middle = x + BAR / 2;
    if (!Double.isNaN(bar.error())) {
      line(
          svg,
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"black\" stroke-width=\"2\"/>",
          middle,
          scale.y(bar.value() - bar.error()),
          middle,
          scale.y(bar.value() + bar.error()));
    }
    text(svg, middle, (int) top - 8, "middle", number(bar.value()));
  }

  private void legend(StringBuilder svg, int width) {
    for (int i = 0; i < series.size(); i++) {
      int x = width - RIGHT_MARGIN - (series.size() - i) * LEGEND_STEP;
      line(
          svg,
          "<rect x=\"%d\" y=\"36\" width=\"12\" height=\"12\" fill=\"%s\"/>",
          x,
          COLOURS.get(i));
      text(svg, x + 18, 47, "start", series.get(i));
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.0f", value);
  }

  private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
    line(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>",
        x,
        y,
        anchor,
        Html.escape(text));
  }

  private static void line(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  /** The scale up the side, in powers of ten. */
  private record Scale(int lowest, int highest) {

    /* What is read off a bar is its top, so the smallest one must have some height as well. */
    static Scale of(DoubleStream drawn) {
      double[] values = drawn.sorted().toArray();
      if (values.length == 0) {
        return new Scale(0, 1);
      }
      int lowest = (int) Math.floor(Math.log10(values[0] / 1.5));
      int highest = (int) Math.ceil(Math.log10(values[values.length - 1]));
      return new Scale(lowest, Math.max(lowest + 1, highest));
    }

    double y(double value) {
      double floor = Math.pow(10, lowest);
      double share = (Math.log10(Math.max(floor, value)) - lowest) / (highest - lowest);
      return BOTTOM - Math.min(1, share) * (BOTTOM - TOP);
    }
  }
}
