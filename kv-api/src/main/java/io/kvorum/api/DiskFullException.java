// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.time.Duration;

/**
 * Less of a disk is left than is kept in reserve: nothing was accepted. Reads go on. When space is
 * freed writes are taken again by themselves; no restart is needed. Deletes are refused as well,
 * because they need room before they make any.
 *
 * <p>A write that meets a really full disk is another thing, a {@link StoreFailedException}: the
 * reserve is there so that it does not happen.
 *
 * <p>Example: {@link KvException}.
 */
public final class DiskFullException extends KvException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  public DiskFullException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** A hint how long to wait before trying again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
