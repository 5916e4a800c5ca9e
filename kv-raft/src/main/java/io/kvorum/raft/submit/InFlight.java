// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.OverloadedException;
import java.time.Duration;

/**
 * How much is under way on a node. Invariants: (1) neither count is ever negative or above its
 * limit, except that one request larger than the byte limit may run alone; (2) what was entered is
 * left exactly once.
 */
final class InFlight {

  private static final Duration RETRY_AFTER = Duration.ofMillis(10);

  private final int maxRequests;
  private final long maxBytes;

  // guarded by this
  private int requests;
  private long bytes;

  InFlight(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /**
   * Counts a request in.
   *
   * @throws OverloadedException if it does not fit; nothing was counted
   */
  synchronized void enter(long size) {
    if (requests >= maxRequests || (requests > 0 && size > maxBytes - bytes)) {
      throw new OverloadedException(
          requests
              + " writes of "
              + bytes
              + " bytes are in flight on this node, allowed are "
              + maxRequests
              + " of "
              + maxBytes
              + " bytes",
          RETRY_AFTER);
    }
    requests++;
    bytes += size;
  }

  /** Counts a request out. */
  synchronized void leave(long size) {
    requests--;
    bytes -= size;
  }

  synchronized int requests() {
    return requests;
  }
}
