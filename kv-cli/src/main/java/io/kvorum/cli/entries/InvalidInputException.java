// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.entries;

/** What the user gave cannot be used; the message is one sentence for the user. */
public final class InvalidInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }
}
