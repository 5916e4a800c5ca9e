// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.time.Duration;

/**
 * Too much is in flight on this node: nothing was accepted; wait, then try again.
 *
 * <p>Example: {@link KvException}.
 */
public final class OverloadedException extends KvException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  public OverloadedException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** A hint how long to wait. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
