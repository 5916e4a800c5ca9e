// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.apply;

/** A benchmark could not be measured; the message is one sentence for the user. */
public final class BenchmarkFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BenchmarkFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
