// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** Percentiles of a latency, in microseconds, with three significant digits. */
public record Latency(double p50, double p90, double p99, double p999, double max) {

  static Latency of(Histogram nanos) {
    return new Latency(
        micros(nanos.getValueAtPercentile(50)),
        micros(nanos.getValueAtPercentile(90)),
        micros(nanos.getValueAtPercentile(99)),
        micros(nanos.getValueAtPercentile(99.9)),
        micros(nanos.getMaxValue()));
  }

  /** Of each percentile the median of all rounds. */
  static Latency median(List<Latency> rounds) {
    return new Latency(
        median(rounds, Latency::p50),
        median(rounds, Latency::p90),
        median(rounds, Latency::p99),
        median(rounds, Latency::p999),
        median(rounds, Latency::max));
  }

  private static double median(List<Latency> rounds, ToDoubleFunction<Latency> percentile) {
    return Median.of(rounds.stream().mapToDouble(percentile).toArray());
  }

  private static double micros(long nanos) {
    return nanos / 1e3;
  }
}
