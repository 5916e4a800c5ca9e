// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.List;

/**
 * All rounds of one case, and their middle.
 *
 * @param perSecond median over the rounds
 * @param lowest the slowest round
 * @param highest the fastest round
 * @param errors of all rounds together
 * @param latency of each percentile the median over the rounds
 */
public record CaseResult(
    LoadCase load,
    double perSecond,
    double lowest,
    double highest,
    long errors,
    Latency latency,
    Latency sinceSent,
    List<RoundResult> rounds) {

  /** Of one or more rounds. */
  public static CaseResult of(LoadCase load, List<RoundResult> rounds) {
    double[] rates = rounds.stream().mapToDouble(RoundResult::perSecond).sorted().toArray();
    return new CaseResult(
        load,
        Median.of(rates),
        rates[0],
        rates[rates.length - 1],
        rounds.stream().mapToLong(RoundResult::errors).sum(),
        Latency.median(rounds.stream().map(RoundResult::latency).toList()),
        Latency.median(rounds.stream().map(RoundResult::sinceSent).toList()),
        List.copyOf(rounds));
  }
}
