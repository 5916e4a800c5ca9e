// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * Settings of one store, immutable.
 *
 * <pre>{@code
 * StoreOptions options =
 *     StoreOptions.defaults()
 *         .withFsmSyncMode(SyncMode.NOWAL) // the Raft log brings back what is not flushed
 *         .withFlushSchedule(new FlushSchedule(64 << 20, 200_000, Duration.ofSeconds(10)))
 *         .withMemoryBudget(256 << 20);
 * }</pre>
 *
 * @param fsmSyncMode what the raft family obeys; null: the system property {@value
 *     #FSM_SYNC_MODE_PROPERTY}, else the environment variable {@value #FSM_SYNC_MODE_ENV}, else
 *     {@link SyncMode#SYNC}
 * @param maxValueBytes longest value that may be written, in bytes, 1 to 1 GiB; a replica takes at
 *     most 256 MiB. The limit of the replica that a write is made at counts, and all replicas apply
 *     what it has let pass. It also bounds the entries that a replica can be sent: raise it on
 *     every replica before a longer value is written
 * @param memoryBudget memory for block cache, memtables, and a cache of what was written last,
 *     together, in bytes. That cache is on the heap: at most a sixteenth of the budget, a 64th of
 *     the heap, and 32 MiB. {@link #MEMORY_BUDGET_OF_MACHINE}: an eighth of the memory of the
 *     machine, or of the container if that has a limit, but at least 320 MiB and at most 1 GiB. It
 *     must hold three of the longest values and 8 MiB more. A replica splits one budget over both
 *     of its stores and Raft's buffers. The in-memory store does not use it
 * @param flushSchedule when memory is written to disk in {@link SyncMode#NOWAL}
 */
public record StoreOptions(
    @Nullable SyncMode fsmSyncMode,
    int maxValueBytes,
    long memoryBudget,
    FlushSchedule flushSchedule) {

  /** The environment variable that names the sync mode. */
  public static final String FSM_SYNC_MODE_ENV = "FSM_SYNC_MODE";

  /** The system property that names the sync mode; it wins over the environment. */
  public static final String FSM_SYNC_MODE_PROPERTY = "kvorum.fsm.sync.mode";

  /** Default of {@link #maxValueBytes}. */
  public static final int DEFAULT_MAX_VALUE_BYTES = 16 * 1024 * 1024;

  /** Default of {@link #memoryBudget}: derived from the machine when a store opens. */
  public static final long MEMORY_BUDGET_OF_MACHINE = 0;

  /** The lowest {@link #memoryBudget} that can be set. */
  public static final long LOWEST_MEMORY_BUDGET = 8L * 1024 * 1024;

  /** The highest {@link #maxValueBytes} that can be set. */
  public static final int HIGHEST_MAX_VALUE_BYTES = 1024 * 1024 * 1024;

  private static final StoreOptions DEFAULTS =
      new StoreOptions(
          null, DEFAULT_MAX_VALUE_BYTES, MEMORY_BUDGET_OF_MACHINE, FlushSchedule.defaults());

  public StoreOptions {
    if (maxValueBytes < 1 || maxValueBytes > HIGHEST_MAX_VALUE_BYTES) {
      throw new InvalidArgumentException(
          "maxValueBytes is " + maxValueBytes + ", allowed are 1 to " + HIGHEST_MAX_VALUE_BYTES);
    }
    if (memoryBudget != MEMORY_BUDGET_OF_MACHINE && memoryBudget < LOWEST_MEMORY_BUDGET) {
      throw new InvalidArgumentException(
          "memoryBudget is " + memoryBudget + ", at least " + LOWEST_MEMORY_BUDGET + " are needed");
    }
  }

  /** Sync mode from property or environment, values up to 16 MiB, memory as the machine has it. */
  public static StoreOptions defaults() {
    return DEFAULTS;
  }

  /** With this sync mode, whatever property and environment say. */
  public StoreOptions withFsmSyncMode(SyncMode mode) {
    return new StoreOptions(mode, maxValueBytes, memoryBudget, flushSchedule);
  }

  /** With this limit for values. */
  public StoreOptions withMaxValueBytes(int bytes) {
    return new StoreOptions(fsmSyncMode, bytes, memoryBudget, flushSchedule);
  }

  /** With this budget of memory, in bytes; {@link #MEMORY_BUDGET_OF_MACHINE} is allowed. */
  public StoreOptions withMemoryBudget(long bytes) {
    return new StoreOptions(fsmSyncMode, maxValueBytes, bytes, flushSchedule);
  }

  /** With this schedule of flushes in {@link SyncMode#NOWAL}. */
  public StoreOptions withFlushSchedule(FlushSchedule schedule) {
    return new StoreOptions(fsmSyncMode, maxValueBytes, memoryBudget, schedule);
  }
}
