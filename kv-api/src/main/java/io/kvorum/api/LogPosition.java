// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * The place of an entry in a Raft log. Ordered by index; within one log a higher index never has a
 * lower term.
 *
 * <p>Example: {@link Commit}.
 *
 * @param term the term the entry was proposed in; 0 only in {@link #NONE}
 * @param index the entry's index, from 0; -1 only in {@link #NONE}
 */
public record LogPosition(long term, long index) implements Comparable<LogPosition> {

  /** Before the first entry. */
  public static final LogPosition NONE = new LogPosition(0, -1);

  public LogPosition {
    if (term < 0 || index < -1) {
      throw new InvalidArgumentException(
          "log position (term "
              + term
              + ", index "
              + index
              + ") is invalid: term must be 0 or more,"
              + " index -1 or more");
    }
  }

  /** Whether this entry comes after the other one. */
  public boolean isAfter(LogPosition other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(LogPosition other) {
    int byIndex = Long.compare(index, other.index);
    return byIndex != 0 ? byIndex : Long.compare(term, other.term);
  }
}
