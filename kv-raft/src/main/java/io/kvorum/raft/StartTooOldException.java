// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.KvException;
import io.kvorum.api.UnavailableException;

/** The snapshot of a transaction was too old for its reads to be checked: a newer one will do. */
final class StartTooOldException extends KvException {

  private static final long serialVersionUID = 1L;

  StartTooOldException(long oldest) {
    super(
        "the transaction's snapshot is older than " + oldest + ", the oldest that can be checked");
  }

  /** What the caller is told when no run came in time. */
  UnavailableException forCaller() {
    return new UnavailableException(
        "every snapshot of the transaction was too old when it was to commit", this);
  }
}
