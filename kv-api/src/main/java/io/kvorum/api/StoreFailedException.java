// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * Disk or data failed. The store or node has stopped and keeps this, its first failure, as the
 * cause of every later one. Writes that were under way have an unknown outcome; acknowledged ones
 * are kept.
 *
 * <p>Example: {@link KvException}.
 */
public class StoreFailedException extends KvException {

  private static final long serialVersionUID = 1L;

  public StoreFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
