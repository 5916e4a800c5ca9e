// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.apply;

import io.kvorum.api.SyncMode;
import io.kvorum.bench.jmh.Scores;
import io.kvorum.bench.plot.BarChart;
import io.kvorum.bench.plot.BarChart.Bar;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;

/**
 * One way to write, in each mode.
 *
 * @param name as it stands in the table
 * @param sync entries a second in sync mode
 * @param nosync entries a second in nosync mode
 * @param nowal entries a second in nowal mode, flushes of the memory included
 */
record ApplyResult(String name, Score sync, Score nosync, Score nowal) {

  /**
   * @param mean of all measured iterations
   * @param error half of the 99.9% confidence interval; NaN when there were too few iterations
   */
  record Score(double mean, double error) {

    private String text() {
      return Scores.text(mean, error);
    }

    private Bar bar() {
      return new Bar(mean, error);
    }
  }

  /** How many times faster nosync is. */
  double nosyncRatio() {
    return nosync.mean() / sync.mean();
  }

  /** How many times faster nowal is. */
  double nowalRatio() {
    return nowal.mean() / sync.mean();
  }

  /** Picks the rows of the table out of what JMH measured. */
  static List<ApplyResult> of(Collection<RunResult> results) {
    return List.of(
        of("raft family, single entries", "single", results),
        of("raft family, groups of " + ApplyMutationsRaft.GROUP_ENTRIES, "grouped", results),
        of("direct family", "direct", results));
  }

  /** The whole table, ready to print. */
  static String table(List<ApplyResult> rows) {
    StringBuilder table = new StringBuilder();
    String format = "%-30s %22s %24s %24s %12s %12s%n";
    table.append(
        String.format(
            Locale.ROOT,
            format,
            "entries/s",
            "sync",
            "nosync",
            "nowal",
            "nosync/sync",
            "nowal/sync"));
    for (ApplyResult row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              format,
              row.name,
              row.sync.text(),
              row.nosync.text(),
              row.nowal.text(),
              String.format(Locale.ROOT, "%.2f", row.nosyncRatio()),
              String.format(Locale.ROOT, "%.2f", row.nowalRatio())));
    }
    return table.toString();
  }

  /** The table as bars. */
  static BarChart chart(String title, List<ApplyResult> rows) {
    return new BarChart(
        title,
        "entries/s",
        List.of("sync", "nosync", "nowal"),
        rows.stream()
            .map(
                row ->
                    new BarChart.Group(
                        row.name,
                        String.format(
                            Locale.ROOT,
                            "nosync/sync %.2f, nowal/sync %.2f",
                            row.nosyncRatio(),
                            row.nowalRatio()),
                        List.of(row.sync.bar(), row.nosync.bar(), row.nowal.bar())))
            .toList());
  }

  private static ApplyResult of(String name, String method, Collection<RunResult> results) {
    return new ApplyResult(
        name,
        score(method, SyncMode.SYNC, results),
        score(method, SyncMode.NOSYNC, results),
        score(method, SyncMode.NOWAL, results));
  }

  private static Score score(String method, SyncMode mode, Collection<RunResult> results) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
        .filter(result -> result.getParams().getParam("mode").equals(mode.name()))
        .map(RunResult::getPrimaryResult)
        .map(result -> new Score(result.getScore(), result.getScoreError()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no result of " + method + " in " + mode));
  }
}
