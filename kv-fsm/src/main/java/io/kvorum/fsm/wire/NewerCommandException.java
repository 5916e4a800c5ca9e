// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.KvException;

/** The command is of a version that this build does not know: the replica must be upgraded. */
public final class NewerCommandException extends KvException {

  private static final long serialVersionUID = 1L;

  public NewerCommandException(String message) {
    super(message);
  }
}
