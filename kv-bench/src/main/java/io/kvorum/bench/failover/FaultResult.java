// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import io.kvorum.bench.driver.Median;
import java.util.List;
import java.util.Locale;

/**
 * What one kind of fault cost.
 *
 * @param fault which one
 * @param pausesMillis of each try, the longest time without an acknowledged write
 * @param elections of each try, how many terms began
 */
record FaultResult(String fault, List<Double> pausesMillis, List<Long> elections) {

  static String header() {
    return String.format(
        "%-34s %5s %26s %20s%n", "", "tries", "pause, ms [min-max]", "elections [min-max]");
  }

  String row() {
    double[] pauses = pausesMillis.stream().mapToDouble(Double::doubleValue).toArray();
    double[] terms = elections.stream().mapToDouble(Long::doubleValue).toArray();
    return String.format(
        Locale.ROOT, "%-34s %5d %26s %20s%n", fault, pauses.length, spread(pauses), spread(terms));
  }

  private static String spread(double... values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return String.format(Locale.ROOT, "%,.0f [%,.0f-%,.0f]", Median.of(values), min, max);
  }
}
