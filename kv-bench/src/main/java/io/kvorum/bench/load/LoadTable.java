// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.load;

import io.kvorum.bench.driver.CaseResult;
import io.kvorum.bench.driver.Latency;
import java.util.List;
import java.util.Locale;

/** The results of a load run as text. */
final class LoadTable {

  private LoadTable() {}

  static String of(List<CaseResult> results) {
    StringBuilder table = new StringBuilder();
    boolean open = results.stream().anyMatch(result -> result.load().hasRate());
    table.append(
        row(
            "workload",
            open ? "due/s" : "in flight",
            "ops/s",
            "lowest",
            "highest",
            "p50 us",
            "p99 us",
            "p99.9 us",
            "max us",
            "errors"));
    for (CaseResult result : results) {
      int load = open ? result.load().perSecond() : result.load().inFlight();
      Latency latency = result.latency();
      table.append(
          row(
              result.load().workload().toString(),
              whole(load),
              whole(result.perSecond()),
              whole(result.lowest()),
              whole(result.highest()),
              whole(latency.p50()),
              whole(latency.p99()),
              whole(latency.p999()),
              whole(latency.max()),
              Long.toString(result.errors())));
      if (open) {
        Latency sent = result.sinceSent();
        table.append(
            row(
                "  not corrected",
                "",
                "",
                "",
                "",
                whole(sent.p50()),
                whole(sent.p99()),
                whole(sent.p999()),
                whole(sent.max()),
                ""));
      }
    }
    return table.toString();
  }

  private static String row(String... cells) {
    return String.format(
        Locale.ROOT, "%-16s %10s %12s %12s %12s %9s %9s %9s %9s %7s%n", (Object[]) cells);
  }

  private static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }
}
