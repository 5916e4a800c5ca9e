// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import com.sun.management.OperatingSystemMXBean;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreOptions;
import java.lang.management.ManagementFactory;

/**
 * The memory that a store or a replica may use outside of the user's own objects. Not set, it is an
 * eighth of the machine's memory, or of the container's if that has a limit, but at least {@link
 * #LOWEST_DERIVED} and at most {@link #HIGHEST_DERIVED}. Each store of a process takes its own.
 */
public final class MemoryBudget {

  private static final long MIB = 1L << 20;
  private static final int SHARE_OF_MACHINE = 8;

  /** What a replica of a group of five needs at the default limits. */
  static final long LOWEST_DERIVED = 320 * MIB;

  /** A cache that is larger pays off only for those who know their data: they set it. */
  static final long HIGHEST_DERIVED = 1024 * MIB;

  private MemoryBudget() {}

  /** The budget that is set, or the one of this machine; in bytes. */
  public static long of(StoreOptions options) {
    long set = options.memoryBudget();
    return set == StoreOptions.MEMORY_BUDGET_OF_MACHINE ? derived(machineBytes()) : set;
  }

  static long derived(long machineBytes) {
    return Math.max(LOWEST_DERIVED, Math.min(machineBytes / SHARE_OF_MACHINE, HIGHEST_DERIVED));
  }

  /**
   * The smallest budget of one store: three of the longest values, and 8 MiB. With it the memtables
   * fit even when each has taken one longest value past its size.
   */
  public static long lowestForStore(int maxValueBytes) {
    return StoreOptions.LOWEST_MEMORY_BUDGET + 3L * maxValueBytes;
  }

  /**
   * The budget of one store.
   *
   * @throws InvalidArgumentException if it is too small for the longest value
   */
  public static long ofStore(StoreOptions options) {
    long budget = of(options);
    long lowest = lowestForStore(options.maxValueBytes());
    if (budget < lowest) {
      throw new InvalidArgumentException(
          "memoryBudget is "
              + budget
              + ", at least "
              + lowest
              + " are needed for maxValueBytes "
              + options.maxValueBytes()
              + "; raise the one or lower the other");
    }
    return budget;
  }

  /* The JDK reads the limits of the control group here. */
  private static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
