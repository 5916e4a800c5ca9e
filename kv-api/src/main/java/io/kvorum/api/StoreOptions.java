// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * Settings of one store, immutable.
 *
 * @param fsmSyncMode what the raft family obeys; null: the system property {@value
 *     #FSM_SYNC_MODE_PROPERTY}, else the environment variable {@value #FSM_SYNC_MODE_ENV}, else
 *     {@link SyncMode#SYNC}
 * @param maxValueBytes longest value that may be written, in bytes
 * @param memoryBudgetBytes native memory for block cache and memtables together, in bytes; the
 *     in-memory store does not use it
 * @param flushSchedule when memory is written to disk in {@link SyncMode#NOWAL}
 */
public record StoreOptions(
    @Nullable SyncMode fsmSyncMode,
    int maxValueBytes,
    long memoryBudgetBytes,
    FlushSchedule flushSchedule) {

  /** The environment variable that names the sync mode. */
  public static final String FSM_SYNC_MODE_ENV = "FSM_SYNC_MODE";

  /** The system property that names the sync mode; it wins over the environment. */
  public static final String FSM_SYNC_MODE_PROPERTY = "kvorum.fsm.sync.mode";

  /** Default of {@link #maxValueBytes}. */
  public static final int DEFAULT_MAX_VALUE_BYTES = 16 * 1024 * 1024;

  /** Default of {@link #memoryBudgetBytes}. */
  public static final long DEFAULT_MEMORY_BUDGET_BYTES = 256L * 1024 * 1024;

  private static final int HIGHEST_MAX_VALUE_BYTES = 1024 * 1024 * 1024;
  private static final long LOWEST_MEMORY_BUDGET_BYTES = 8L * 1024 * 1024;

  private static final StoreOptions DEFAULTS =
      new StoreOptions(
          null, DEFAULT_MAX_VALUE_BYTES, DEFAULT_MEMORY_BUDGET_BYTES, FlushSchedule.defaults());

  public StoreOptions {
    if (maxValueBytes < 1 || maxValueBytes > HIGHEST_MAX_VALUE_BYTES) {
      throw new InvalidArgumentException(
          "maxValueBytes is " + maxValueBytes + ", allowed are 1 to " + HIGHEST_MAX_VALUE_BYTES);
    }
    if (memoryBudgetBytes < LOWEST_MEMORY_BUDGET_BYTES) {
      throw new InvalidArgumentException(
          "memoryBudgetBytes is "
              + memoryBudgetBytes
              + ", at least "
              + LOWEST_MEMORY_BUDGET_BYTES
              + " are needed");
    }
  }

  /** Sync mode from property or environment, values up to 16 MiB, 256 MiB of native memory. */
  public static StoreOptions defaults() {
    return DEFAULTS;
  }

  /** With this sync mode, whatever property and environment say. */
  public StoreOptions withFsmSyncMode(SyncMode mode) {
    return new StoreOptions(mode, maxValueBytes, memoryBudgetBytes, flushSchedule);
  }

  /** With this limit for values. */
  public StoreOptions withMaxValueBytes(int bytes) {
    return new StoreOptions(fsmSyncMode, bytes, memoryBudgetBytes, flushSchedule);
  }

  /** With this budget of native memory. */
  public StoreOptions withMemoryBudgetBytes(long bytes) {
    return new StoreOptions(fsmSyncMode, maxValueBytes, bytes, flushSchedule);
  }

  /** With this schedule of flushes in {@link SyncMode#NOWAL}. */
  public StoreOptions withFlushSchedule(FlushSchedule schedule) {
    return new StoreOptions(fsmSyncMode, maxValueBytes, memoryBudgetBytes, schedule);
  }
}
