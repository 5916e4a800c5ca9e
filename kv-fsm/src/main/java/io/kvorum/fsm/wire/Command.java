// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import java.util.List;

/**
 * A decoded command: what one log entry asks for.
 *
 * @param clockHint the leader's clock when it proposed the entry, as a timestamp; 0 when there is
 *     none
 * @param requests at least one, carried out in order
 */
public record Command(long clockHint, List<Request> requests) {

  public Command {
    requests = List.copyOf(requests);
  }

  /** The same requests with another clock hint. */
  public Command withClockHint(long hint) {
    return new Command(hint, requests);
  }
}
