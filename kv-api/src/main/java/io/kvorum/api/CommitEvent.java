// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.List;

/**
 * One commit, as far as it lies in the range of a {@link ReplicatedKv#watch}.
 *
 * @param commitTs as in {@link Commit#timestamp}; to resume a watch, begin the next one after it
 * @param changes at least one, one for each key, in the order of the writes
 */
public record CommitEvent(long commitTs, List<Change> changes) {
  public CommitEvent {
    changes = List.copyOf(changes);
  }
}
