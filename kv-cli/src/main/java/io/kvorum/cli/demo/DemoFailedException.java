// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import org.jspecify.annotations.Nullable;

/** The demo could not go on; the message is one sentence for the user. */
public final class DemoFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DemoFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
