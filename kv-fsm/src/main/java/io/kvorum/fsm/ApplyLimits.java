// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.InvalidArgumentException;

/**
 * How much of the log is written to the store at once.
 *
 * @param maxGroupEntries most entries in one write, 1 or more
 * @param maxGroupBytes bytes of log data after which a group is closed; an entry larger than that
 *     is a group of its own. Four times as much may wait in the queue.
 */
public record ApplyLimits(int maxGroupEntries, long maxGroupBytes) {

  public ApplyLimits {
    if (maxGroupEntries < 1 || maxGroupBytes < 1) {
      throw new InvalidArgumentException(
          "apply limits must be 1 or more: maxGroupEntries "
              + maxGroupEntries
              + ", maxGroupBytes "
              + maxGroupBytes);
    }
  }

  /** 1,024 entries, 4 MiB. */
  public static ApplyLimits defaults() {
    return new ApplyLimits(1024, 4L << 20);
  }

  /** How many bytes may wait; more make the caller of the state machine wait. */
  long maxQueuedBytes() {
    return maxGroupBytes > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : 4 * maxGroupBytes;
  }
}
