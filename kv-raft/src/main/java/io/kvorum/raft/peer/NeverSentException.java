// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** There was no connection to the peer: it has not seen the request and never will. */
public final class NeverSentException extends IOException {

  private static final long serialVersionUID = 1L;

  NeverSentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
