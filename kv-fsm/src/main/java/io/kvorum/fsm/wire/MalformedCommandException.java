// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.KvException;
import org.jspecify.annotations.Nullable;

/** The bytes are no command, or no reply, of a version that they claim to be. */
public final class MalformedCommandException extends KvException {

  private static final long serialVersionUID = 1L;

  public MalformedCommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
