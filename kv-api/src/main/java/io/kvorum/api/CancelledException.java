// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * A {@link Cancellation} ended the operation; it can be called again and goes on.
 *
 * <p>Example: {@link Cancellation}.
 */
public final class CancelledException extends KvException {

  private static final long serialVersionUID = 1L;

  public CancelledException(String message) {
    super(message);
  }
}
