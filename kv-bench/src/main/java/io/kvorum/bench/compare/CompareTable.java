// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.compare;

import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.LoadCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A run as text: medians, under each how many times as many the first system did, and what reached
 * the disk.
 */
final class CompareTable {

  private CompareTable() {}

  static String of(CompareReport report) {
    StringBuilder table = new StringBuilder();
    List<String> head = new ArrayList<>(List.of("operations/s"));
    report.systems().forEach(system -> head.add(system.system()));
    line(table, head);
    for (LoadCase load : report.cases()) {
      if (report.systems().stream().noneMatch(system -> system.of(load).isPresent())) {
        continue;
      }
      List<String> rates = new ArrayList<>(List.of(load.toString()));
      List<String> ratios = new ArrayList<>(List.of("  " + name(report) + "/it"));
      for (SystemResult system : report.systems()) {
        rates.add(system.of(load).map(CompareTable::rate).orElse("-"));
        ratios.add(ratio(report, system, load));
      }
      line(table, rates);
      if (report.systems().size() > 1) {
        line(table, ratios);
      }
      if (report.systems().stream().anyMatch(s -> s.bytesAnOperation(load).isPresent())) {
        List<String> bytes = new ArrayList<>(List.of("  device bytes an operation"));
        report.systems().forEach(system -> bytes.add(bytes(system, load)));
        line(table, bytes);
      }
    }
    if (table.indexOf("!") >= 0) {
      table.append("! some requests ended with an error\n");
    }
    return table.toString();
  }

  /** How many times as many operations the first system did; - where one of them did none. */
  static String ratio(CompareReport report, SystemResult system, LoadCase load) {
    Optional<CaseResult> first = report.systems().get(0).of(load);
    Optional<CaseResult> it = system.of(load);
    if (first.isEmpty() || it.isEmpty() || it.get().perSecond() == 0) {
      return "-";
    }
    return String.format(Locale.ROOT, "%.2f", first.get().perSecond() / it.get().perSecond());
  }

  /** What reached the disk for each operation; - where it was not counted. */
  static String bytes(SystemResult system, LoadCase load) {
    return system
        .bytesAnOperation(load)
        .map(bytes -> String.format(Locale.ROOT, "%,.0f", bytes))
        .orElse("-");
  }

  static String rate(CaseResult result) {
    String rate = String.format(Locale.ROOT, "%,.0f", result.perSecond());
    return result.errors() > 0 ? "!" + rate : rate;
  }

  private static String name(CompareReport report) {
    return report.systems().get(0).system();
  }

  private static void line(StringBuilder table, List<String> cells) {
    table.append(String.format(Locale.ROOT, "%-28s", cells.get(0)));
    for (String cell : cells.subList(1, cells.size())) {
      table.append(String.format(Locale.ROOT, " %14s", cell));
    }
    table.append('\n');
  }
}
