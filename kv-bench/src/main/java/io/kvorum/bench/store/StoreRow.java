// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.bench.jmh.Scores;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * An operation of the store beside one that it cannot beat.
 *
 * @param name as it stands in the table
 * @param store of the store
 * @param ceiling what it is compared with
 * @param target how many times the ceiling it may take at most, as the project set itself; 0: none
 */
record StoreRow(String name, Case store, Case ceiling, double target) {

  /**
   * A method of a benchmark class with its parameter; an empty parameter if it has none.
   *
   * @param benchmark {@code Class.method}
   */
  record Case(String benchmark, String parameter) {

    private Result<?> of(Collection<RunResult> results) {
      return results.stream()
          .filter(result -> result.getParams().getBenchmark().endsWith("." + benchmark))
          .filter(result -> parameter.isEmpty() || hasParameter(result.getParams()))
          .map(RunResult::getPrimaryResult)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no result of " + this));
    }

    private boolean hasParameter(BenchmarkParams params) {
      return params.getParamsKeys().stream()
          .anyMatch(key -> params.getParam(key).equals(parameter));
    }
  }

  private static final double FRESH = 1 / 0.6; // set as a share of the raw throughput
  private static final double EXISTING = 1 / 0.35;

  /** The table, from top to bottom. */
  static final List<StoreRow> ROWS =
      List.of(
          row("get, newest version", "PointReads.getNewest", "", 1.25),
          row("get, absent key", "PointReads.getAbsent", "", 1.5),
          row("get, at an old timestamp", "PointReads.getOld", "", 0),
          row("scan of 1,000, 3 versions a key", "Scans.scan", "WIDE", 1.5),
          row("scan of 1,000, few keys", "Scans.scan", "NARROW", 1.5),
          new StoreRow(
              "the same with 100 old versions / with 2",
              new Case("Scans.scan", "DEEP"),
              new Case("Scans.scan", "NARROW"),
              1.1),
          row("apply 1, fresh key", "Applies.single", "FRESH", 0),
          row("apply 1, existing key", "Applies.single", "EXISTING", 0),
          row("apply 64 in one entry, fresh", "Applies.entry", "FRESH", FRESH),
          row("apply 64 in 64 entries, fresh", "Applies.group", "FRESH", FRESH),
          row("apply 64 in one entry, existing", "Applies.entry", "EXISTING", EXISTING),
          row("apply 64 in 64 entries, existing", "Applies.group", "EXISTING", EXISTING),
          new StoreRow(
              "the same / newest versions alone",
              new Case("Applies.group", "EXISTING"),
              new Case("Applies.newestRaw", "EXISTING"),
              0),
          row("prefix delete, a key", "Maintenance.deletePrefix", "", 0),
          row("compact, a key with one old version", "Maintenance.compact", "", 0),
          row("compact, nothing to collect", "Maintenance.compactNothing", "", 0));

  /** How many benchmarks JMH runs for it. */
  static final int CASES = 6 + 6 + 14 + 6;

  private static StoreRow row(String name, String method, String parameter, double target) {
    return new StoreRow(
        name, new Case(method, parameter), new Case(method + Side.RAW, parameter), target);
  }

  /** The whole table, ready to print. */
  static String table(Collection<RunResult> results) {
    StringBuilder table = new StringBuilder();
    String format = "%-40s %20s %20s %7s %8s%n";
    table.append(String.format(Locale.ROOT, format, "ns", "store", "raw", "ratio", "target"));
    for (StoreRow row : ROWS) {
      Result<?> store = row.store.of(results);
      Result<?> ceiling = row.ceiling.of(results);
      table.append(
          String.format(
              Locale.ROOT,
              format,
              row.name,
              Scores.text(store.getScore(), store.getScoreError()),
              Scores.text(ceiling.getScore(), ceiling.getScoreError()),
              String.format(Locale.ROOT, "%.2f", store.getScore() / ceiling.getScore()),
              row.target == 0 ? "" : String.format(Locale.ROOT, "<= %.2f", row.target)));
    }
    return table.toString();
  }
}
