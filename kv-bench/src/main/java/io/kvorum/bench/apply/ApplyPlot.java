// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.apply;

import io.kvorum.bench.apply.ApplyResult.Score;
import java.util.List;
import java.util.Locale;

/**
 * Draws the table as an SVG bar chart with error bars, on a logarithmic scale.
 *
 * <p>Written out by hand: a drawing library needs the fonts of the machine, and a server with a
 * headless JDK has none.
 */
final class ApplyPlot {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int LEFT = 90;
  private static final int TOP = 60;
  private static final int BOTTOM = 360;
  private static final int BAR = 70;
  private static final String SYNC_COLOUR = "#4878a8";
  private static final String NOSYNC_COLOUR = "#e08a3c";

  private final StringBuilder svg = new StringBuilder();
  private final int lowestDecade;
  private final int highestDecade;

  private ApplyPlot(List<ApplyResult> rows) {
    double lowest = rows.stream().mapToDouble(r -> r.sync().mean()).min().orElse(1);
    double highest = rows.stream().mapToDouble(r -> r.nosync().mean()).max().orElse(10);
    lowestDecade = (int) Math.floor(Math.log10(Math.max(1, lowest)));
    highestDecade = Math.max(lowestDecade + 1, (int) Math.ceil(Math.log10(highest)));
  }

  /** The text of an SVG file. */
  static String svg(List<ApplyResult> rows, String title) {
    ApplyPlot plot = new ApplyPlot(rows);
    plot.line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"13\">",
        WIDTH, HEIGHT);
    plot.line("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
    plot.text(WIDTH / 2, 24, "middle", title);
    plot.axis();
    for (int i = 0; i < rows.size(); i++) {
      int middle = LEFT + 115 + i * 215;
      plot.bar(middle - BAR - 5, rows.get(i).sync(), SYNC_COLOUR);
      plot.bar(middle + 5, rows.get(i).nosync(), NOSYNC_COLOUR);
      plot.text(middle, BOTTOM + 20, "middle", rows.get(i).name());
      plot.text(
          middle,
          BOTTOM + 38,
          "middle",
          String.format(Locale.ROOT, "nosync/sync %.2f", rows.get(i).ratio()));
    }
    plot.legend();
    plot.line("</svg>");
    return plot.svg.toString();
  }

  private void axis() {
    for (int decade = lowestDecade; decade <= highestDecade; decade++) {
      double y = y(Math.pow(10, decade));
      line(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#cccccc\"/>",
          LEFT, y, WIDTH - 20, y);
      text(LEFT - 8, (int) y + 4, "end", String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade)));
    }
    text(LEFT - 70, TOP - 14, "start", "entries/s");
  }

  private void bar(int x, Score score, String colour) {
    double top = y(score.mean());
    line(
        "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>",
        x, top, BAR, BOTTOM - top, colour);
    if (!Double.isNaN(score.error())) {
      int middle = x + BAR / 2;
      line(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"black\" stroke-width=\"2\"/>",
          middle, y(score.mean() - score.error()), middle, y(score.mean() + score.error()));
    }
    text(x + BAR / 2, (int) top - 12, "middle", String.format(Locale.ROOT, "%,.0f", score.mean()));
  }

  private void legend() {
    line("<rect x=\"560\" y=\"34\" width=\"12\" height=\"12\" fill=\"%s\"/>", SYNC_COLOUR);
    text(578, 45, "start", "sync");
    line("<rect x=\"640\" y=\"34\" width=\"12\" height=\"12\" fill=\"%s\"/>", NOSYNC_COLOUR);
    text(658, 45, "start", "nosync");
  }

  private double y(double value) {
    double lowest = Math.pow(10, lowestDecade);
    double share =
        (Math.log10(Math.max(lowest, value)) - lowestDecade) / (highestDecade - lowestDecade);
    return BOTTOM - Math.min(1, share) * (BOTTOM - TOP);
  }

  private void text(int x, int y, String anchor, String text) {
    line("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
  }

  private void line(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
