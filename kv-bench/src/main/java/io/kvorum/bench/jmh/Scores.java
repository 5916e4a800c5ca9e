// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.jmh;

import java.util.Locale;

/** What JMH measured, as text. */
public final class Scores {

  private Scores() {}

  /**
   * A score with its error.
   *
   * @param error half of the 99.9% confidence interval; NaN when there were too few iterations
   */
  public static String text(double mean, double error) {
    return Double.isNaN(error)
        ? String.format(Locale.ROOT, "%,.0f", mean)
        : String.format(Locale.ROOT, "%,.0f +- %,.0f", mean, error);
  }
}
