// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * The write was proposed, and neither its commit nor its loss is known: the deadline passed, or the
 * leader changed. It may still commit. Read back, or write again if writing twice does no harm.
 */
public final class OutcomeUnknownException extends KvException {

  private static final long serialVersionUID = 1L;

  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
