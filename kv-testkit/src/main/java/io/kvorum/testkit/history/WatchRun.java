// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one watch delivered, through all its reconnections.
 *
 * <p>Example: {@link History}.
 *
 * @param start the first key watched; null: from the first key
 * @param end the key after the last one watched; null: to the last key
 * @param afterTs commits above this timestamp were asked for
 * @param throughTs up to this timestamp everything must have been delivered; {@link
 *     Operation#NO_TIMESTAMP}: up to the last event
 * @param events in the order they came
 */
public record WatchRun(
    String client,
    @Nullable String start,
    @Nullable String end,
    long afterTs,
    long throughTs,
    List<Event> events) {

  public WatchRun {
    events = List.copyOf(events);
  }

  /**
   * One commit, as far as it lies in the range.
   *
   * @param arrivedAt {@link System#nanoTime} when it was delivered
   */
  public record Event(long arrivedAt, long commitTs, List<Effect> effects) {
    public Event {
      effects = List.copyOf(effects);
    }
  }

  boolean covers(String key) {
    return (start == null || start.compareTo(key) <= 0) && (end == null || key.compareTo(end) < 0);
  }

  /** The last timestamp up to which it must be complete. */
  long completeThrough() {
    return throughTs != Operation.NO_TIMESTAMP
        ? throughTs
        : events.isEmpty() ? afterTs : events.get(events.size() - 1).commitTs();
  }
}
