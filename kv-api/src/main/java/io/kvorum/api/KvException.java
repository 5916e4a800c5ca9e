// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/** The root of what Kvorum refuses or fails with, except for {@link InvalidArgumentException}. */
public class KvException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public KvException(String message) {
    super(message);
  }

  public KvException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
