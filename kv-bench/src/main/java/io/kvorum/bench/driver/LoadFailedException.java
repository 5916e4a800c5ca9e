// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import org.jspecify.annotations.Nullable;

/** A system could not be measured; the message is one sentence. */
public final class LoadFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public LoadFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
