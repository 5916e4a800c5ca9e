// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.LogPosition;
import java.util.List;

/**
 * The reply to one command.
 *
 * @param position the log entry that carried the command
 * @param alreadyApplied the entry had been applied before this replica started; its outcomes are
 *     not known any more
 * @param outcomes one a request, in order; empty when already applied
 */
public record Reply(LogPosition position, boolean alreadyApplied, List<Outcome> outcomes) {

  public Reply {
    outcomes = List.copyOf(outcomes);
  }
}
