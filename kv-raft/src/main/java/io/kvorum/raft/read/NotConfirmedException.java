// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.KvException;

/** It is not certain that this replica leads; another one may. The read tries again. */
public final class NotConfirmedException extends KvException {

  private static final long serialVersionUID = 1L;

  NotConfirmedException(String message) {
    super(message);
  }
}
