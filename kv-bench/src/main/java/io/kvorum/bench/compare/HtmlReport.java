// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.compare.LineChart.Series;
import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.Latency;
import io.kvorum.bench.driver.LoadCase;
import io.kvorum.bench.driver.Workload;
import io.kvorum.bench.plot.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** A run as one page that needs nothing beside it. */
final class HtmlReport {

  private static final List<String> COLOURS =
      List.of(
          "#1f5fa8", "#5b9bd5", "#9cc3e6", "#7a7a7a", "#b0a060", "#d9541e", "#3a9a4e", "#8e44ad");

  private static final String STYLE =
      """
      body { font: 15px/1.45 sans-serif; max-width: 1180px; margin: 2em auto; padding: 0 1em;
             color: #222; }
      table { border-collapse: collapse; margin: 1em 0; }
      th, td { padding: 3px 10px; text-align: right; border-bottom: 1px solid #e4e4e4; }
      th:first-child, td:first-child { text-align: left; }
      td small { color: #777; }
      svg { font: 12px sans-serif; margin: 0 1em 1em 0; }
      """;

  private final CompareReport report;
  private final StringBuilder page = new StringBuilder();

  HtmlReport(CompareReport report) {
    this.report = report;
  }

  String text() {
    line("<!DOCTYPE html>");
    line("<html lang=\"en\"><head><meta charset=\"utf-8\"><title>kv bench compare</title>");
    line("<style>\n%s</style></head><body>", STYLE);
    line("<h1>Kvorum beside its peers</h1>");
    line("<p>%s</p>", Html.escape(report.machine().toString()));
    line(
        "<p>%d replicas of each system on loopback, each system in one JVM (%s) unless its settings"
            + " say otherwise. %,d keys of 24 bytes, values of 100. %d rounds of %.1f s of each case"
            + " in turns, after a warm-up of %.1f s; numbers are medians.</p>",
        report.replicas(),
        report.heap(),
        report.keys(),
        report.rounds(),
        report.seconds(),
        report.warmupSeconds());
    rates();
    bytes();
    plots();
    settings();
    limits();
    return page.append("</body></html>\n").toString();
  }

  private void rates() {
    line("<h2>Operations a second</h2>");
    line(
        "<p>Small: the slowest and the fastest round; then how many times as many %s did.</p>",
        Html.escape(report.systems().get(0).system()));
    table(
        measured(any -> true),
        (system, load) -> system.of(load).map(r -> cell(system, r)).orElse("-"));
  }

  private void bytes() {
    line("<h2>Bytes written for each operation</h2>");
    line("<p>%s.</p>", Html.escape(report.device()));
    List<LoadCase> counted = measured(this::isCounted);
    if (!counted.isEmpty()) {
      table(counted, CompareTable::bytes);
    }
  }

  private boolean isCounted(LoadCase load) {
    return report.systems().stream().anyMatch(s -> s.bytesAnOperation(load).isPresent());
  }

  private void table(List<LoadCase> loads, BiFunction<SystemResult, LoadCase, String> cell) {
    line("<table><tr><th></th>");
    report.systems().forEach(system -> line("<th>%s</th>", Html.escape(system.system())));
    line("</tr>");
    for (LoadCase load : loads) {
      line("<tr><td>%s</td>", Html.escape(load.toString()));
      report.systems().forEach(system -> line("<td>%s</td>", cell.apply(system, load)));
      line("</tr>");
    }
    line("</table>");
  }

  private String cell(SystemResult system, CaseResult result) {
    return String.format(
        Locale.ROOT,
        "%s<br><small>%,.0f-%,.0f, x %s</small>",
        CompareTable.rate(result),
        result.lowest(),
        result.highest(),
        CompareTable.ratio(report, system, result.load()));
  }

  private void plots() {
    for (Workload workload : Workload.values()) {
      List<LoadCase> loads = measured(load -> load.workload() == workload);
      if (!loads.isEmpty()) {
        line("<h2>%s</h2>", workload);
        overLoads(workload + ": throughput", "operations/s, by load", loads, r -> r.perSecond());
        overLoads(
            workload + ": latency, 99 %", "microseconds, by load", loads, r -> r.latency().p99());
        LoadCase middle = loads.get(loads.size() / 2);
        percentiles(middle);
        if (loads.stream().anyMatch(this::isCounted)) {
          chart(
              workload + ": bytes written",
              "device bytes an operation, by load",
              steps(loads),
              system -> true,
              system ->
                  loads.stream().map(l -> system.bytesAnOperation(l).orElse(Double.NaN)).toList());
        }
        modes(loads);
      }
    }
  }

  private void overLoads(
      String title, String unit, List<LoadCase> loads, Function<CaseResult, Double> value) {
    chart(title, unit, steps(loads), system -> true, system -> values(system, loads, value));
  }

  private static List<String> steps(List<LoadCase> loads) {
    return loads.stream()
        .map(load -> load.hasRate() ? load.perSecond() + "/s" : "" + load.inFlight())
        .toList();
  }

  private void percentiles(LoadCase load) {
    chart(
        load + ": latency",
        "microseconds, by percentile",
        List.of("50", "90", "99", "99.9", "max"),
        system -> true,
        system -> system.of(load).map(result -> values(result.latency())).orElse(List.of()));
  }

  /** The modes of Kvorum alone, when more than one was measured. */
  private void modes(List<LoadCase> loads) {
    Predicate<SystemResult> kvorum = system -> system.system().startsWith("kvorum");
    if (report.systems().stream().filter(kvorum).count() > 1) {
      chart(
          loads.get(0).workload() + ": FSM_SYNC_MODE",
          "operations/s, by load",
          steps(loads),
          kvorum,
          system -> values(system, loads, CaseResult::perSecond));
    }
  }

  private void chart(
      String title,
      String unit,
      List<String> steps,
      Predicate<SystemResult> wanted,
      Function<SystemResult, List<Double>> values) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < report.systems().size(); i++) {
      SystemResult system = report.systems().get(i);
      if (wanted.test(system)) {
        String colour = COLOURS.get(i % COLOURS.size());
        series.add(new Series(system.system(), values.apply(system), colour));
      }
    }
    page.append(new LineChart(title, unit, steps, series).svg());
  }

  private static List<Double> values(
      SystemResult system, List<LoadCase> loads, Function<CaseResult, Double> value) {
    return loads.stream().map(load -> system.of(load).map(value).orElse(Double.NaN)).toList();
  }

  private static List<Double> values(Latency latency) {
    return List.of(latency.p50(), latency.p90(), latency.p99(), latency.p999(), latency.max());
  }

  private void settings() {
    line("<h2>How each was set up</h2>");
    for (SystemResult system : report.systems()) {
      line("<h3>%s</h3><ul>", Html.escape(system.system()));
      system.settings().forEach((n, v) -> line("<li>%s: %s</li>", Html.escape(n), Html.escape(v)));
      line("</ul>");
    }
    if (!report.notes().isEmpty()) {
      line("<h2>Skipped or failed</h2><ul>");
      report.notes().forEach(note -> line("<li>%s</li>", Html.escape(note)));
      line("</ul>");
    }
  }

  private void limits() {
    line("<h2>What this does not prove</h2><ul>");
    Limits.SENTENCES.forEach(sentence -> line("<li>%s</li>", Html.escape(sentence)));
    line("</ul>");
  }

  private List<LoadCase> measured(Predicate<LoadCase> wanted) {
    return report.cases().stream()
        .filter(wanted)
        .filter(
            load ->
                report.systems().stream()
                    .map(system -> system.of(load))
                    .anyMatch(Optional::isPresent))
        .toList();
  }

  private void line(String format, Object... arguments) {
    page.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
