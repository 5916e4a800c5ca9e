// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

/**
 * One case: what is asked for, and how hard.
 *
 * @param inFlight closed loop: how many requests are under way at any time; open loop: how many may
 *     be, those above it are sent late
 * @param perSecond open loop: how many requests are due in a second; 0 for a closed loop
 */
public record LoadCase(Workload workload, int inFlight, int perSecond) {

  /** A closed loop. */
  public static LoadCase closed(Workload workload, int inFlight) {
    return new LoadCase(workload, inFlight, 0);
  }

  /** Whether requests are due at a rate. */
  public boolean hasRate() {
    return perSecond > 0;
  }

  /** In words, short. */
  @Override
  public String toString() {
    return hasRate()
        ? workload + ", " + perSecond + " a second"
        : workload + ", " + inFlight + " in flight";
  }
}
