// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Where and when a run was made.
 *
 * @param date begin of the run, UTC
 * @param memoryGib of the machine
 * @param fsyncMicros median time that the disk takes to make a small append durable
 */
public record Machine(
    String date, int cores, long memoryGib, String system, String java, double fsyncMicros) {

  /** This one, now. */
  public static Machine here(double fsyncMicros) {
    long bytes =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean machine
            ? machine.getTotalMemorySize()
            : 0;
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Runtime.getRuntime().availableProcessors(),
        Math.round(bytes / (double) (1 << 30)),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        fsyncMicros);
  }

  /** In one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %d GiB, %s, %s, fsync of the disk %.0f us at the median",
        date,
        cores,
        memoryGib,
        system,
        java,
        fsyncMicros);
  }
}
