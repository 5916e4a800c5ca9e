// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.watch;

import io.kvorum.api.KeyRange;
import io.kvorum.fsm.interpret.RecordedCommit.Change;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tells which changes touch a range. */
record WatchedRange(KeyRange range) {

  /** Whether a key of the range may have been changed. */
  boolean covers(Change change) {
    if (change instanceof Change.Put put) {
      return range.contains(put.key());
    } else if (change instanceof Change.Deleted deleted) {
      return range.contains(deleted.key());
    }
    Change.PrefixDeleted delete = (Change.PrefixDeleted) change;
    byte[] excluded = delete.excluded();
    return overlaps(KeyRange.prefix(delete.prefix()))
        && (excluded == null || !liesWithin(KeyRange.prefix(excluded)));
  }

  private boolean overlaps(KeyRange other) {
    return !range.isEmpty()
        && !other.isEmpty()
        && isBefore(range.start(), other.end())
        && isBefore(other.start(), range.end());
  }

  private static boolean isBefore(byte @Nullable [] start, byte @Nullable [] end) {
    return start == null || end == null || Arrays.compareUnsigned(start, end) < 0;
  }

  private boolean liesWithin(KeyRange other) {
    byte[] start = range.start();
    byte[] end = range.end();
    boolean after = start != null && other.contains(start);
    return after
        && (other.end() == null || (end != null && Arrays.compareUnsigned(end, other.end()) <= 0));
  }
}
