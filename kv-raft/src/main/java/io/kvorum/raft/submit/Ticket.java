// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.submit;

import io.kvorum.api.RequestId;

/**
 * The number of one write. Its holder gives it back once, by one of the three methods of {@link
 * NumberedSession} that say how the write has ended.
 *
 * @param acknowledgedBelow every lower number of the session had been given back, none in doubt
 * @param takenNanos when it was taken
 */
record Ticket(NumberedSession session, long sequence, long acknowledgedBelow, long takenNanos) {

  RequestId id() {
    return new RequestId(session.id(), sequence);
  }
}
