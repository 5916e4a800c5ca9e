// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.KvException;

/**
 * The command was not proposed, because this replica does not lead. Only told to other replicas.
 */
public final class NotLeaderHereException extends KvException {

  private static final long serialVersionUID = 1L;

  NotLeaderHereException(String message) {
    super(message);
  }
}
