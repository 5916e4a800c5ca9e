// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/** The disk has no room left for a write. Free some, then open the store or node again. */
public final class DiskFullException extends StoreFailedException {

  private static final long serialVersionUID = 1L;

  public DiskFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
