// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.InvalidArgumentException;

/**
 * When a checkpoint is taken: as soon as one of both was handed over since the last one. So the log
 * that is not in a checkpoint yet is bounded by both.
 *
 * @param entries of the log, 1 or more
 * @param bytes of the log, 1 or more; an entry without a command counts as nothing
 */
public record CheckpointSchedule(long entries, long bytes) {

  /** Takes none by itself. */
  public static final CheckpointSchedule NEVER =
      new CheckpointSchedule(Long.MAX_VALUE, Long.MAX_VALUE);

  public CheckpointSchedule {
    if (entries < 1 || bytes < 1) {
      throw new InvalidArgumentException(
          "a checkpoint schedule must be 1 or more: entries " + entries + ", bytes " + bytes);
    }
  }
}
