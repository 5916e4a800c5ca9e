// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * Stored bytes are not what was written, or of a version this build cannot read.
 *
 * <p>Example: {@link StoreLockedException}.
 */
public final class StoreCorruptException extends StoreFailedException {

  private static final long serialVersionUID = 1L;

  public StoreCorruptException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
