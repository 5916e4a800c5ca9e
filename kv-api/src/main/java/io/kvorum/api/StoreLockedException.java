// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/** The directory is open already, in this process or another one. */
public final class StoreLockedException extends KvException {

  private static final long serialVersionUID = 1L;

  public StoreLockedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
