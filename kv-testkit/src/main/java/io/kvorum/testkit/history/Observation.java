// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something a call saw of the store.
 *
 * <p>Example: {@link RecordedCall}.
 */
public sealed interface Observation {

  /** Whether a change of this key could change what was seen. */
  boolean covers(String key);

  /**
   * One key.
   *
   * @param value null: there was none
   */
  record Point(String key, @Nullable String value) implements Observation {
    @Override
    public boolean covers(String other) {
      return key.equals(other);
    }
  }

  /**
   * A range: the keys from {@code start}, inclusive, to {@code end}, exclusive, up to the limit.
   *
   * @param start null: from the first key
   * @param end null: to the last key
   * @param limit how many entries were asked for
   * @param descending from the last key down
   * @param entries what was seen, in the order it came
   */
  record Range(
      @Nullable String start,
      @Nullable String end,
      int limit,
      boolean descending,
      List<Entry> entries)
      implements Observation {

    public Range {
      entries = List.copyOf(entries);
    }

    @Override
    public boolean covers(String other) {
      return (start == null || start.compareTo(other) <= 0)
          && (end == null || other.compareTo(end) < 0);
    }
  }

  /** A key and its value. */
  record Entry(String key, String value) {}
}
