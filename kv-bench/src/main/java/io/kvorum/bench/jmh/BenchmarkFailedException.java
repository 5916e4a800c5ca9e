// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.jmh;

import org.jspecify.annotations.Nullable;

/** A benchmark could not be measured; the message is one sentence for the user. */
public final class BenchmarkFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public BenchmarkFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
