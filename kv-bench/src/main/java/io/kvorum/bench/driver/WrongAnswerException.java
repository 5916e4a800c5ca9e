// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

/** A system answered what cannot be true. */
public final class WrongAnswerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what was wrong. */
  public WrongAnswerException(String message) {
    super(message);
  }
}
