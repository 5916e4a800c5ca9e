// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * An argument is outside what is allowed; the message names the argument, what it was and the
 * limit. Nothing was changed.
 *
 * <p>Example: {@link KvException}.
 */
public final class InvalidArgumentException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public InvalidArgumentException(String message) {
    super(message);
  }
}
