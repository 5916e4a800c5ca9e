// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The commits in the order of their timestamps, and what real time says about them. Their positions
 * are those of a {@link Timeline}.
 */
final class CommitOrder {

  private final List<Operation> commits;
  private final long[] timestamps;

  // Sorted by the moment on the left; on the right the bound that holds from there.
  private final long[] completions;
  private final long[] newestCompleted;
  private final long[] invocations;
  private final long[] oldestInvoked;

  CommitOrder(List<Operation> committed) {
    commits = committed.stream().sorted(Comparator.comparingLong(Operation::commitTs)).toList();
    int n = commits.size();
    timestamps = commits.stream().mapToLong(Operation::commitTs).toArray();
    Integer[] byCompletion = indexes(n, i -> commits.get(i).completedAt());
    completions = new long[n];
    newestCompleted = new long[n];
    for (int i = 0; i < n; i++) {
      // A call that nobody saw complete bounds nothing.
      Operation op = commits.get(byCompletion[i]);
      long position = op.outcome() == Outcome.OK ? position(byCompletion[i]) : 0;
      completions[i] = op.completedAt();
      newestCompleted[i] = i == 0 ? position : Math.max(newestCompleted[i - 1], position);
    }
    Integer[] byInvocation = indexes(n, i -> commits.get(i).invokedAt());
    invocations = new long[n];
    oldestInvoked = new long[n];
    for (int i = n - 1; i >= 0; i--) {
      long position = position(byInvocation[i]);
      invocations[i] = commits.get(byInvocation[i]).invokedAt();
      oldestInvoked[i] = i == n - 1 ? position : Math.min(oldestInvoked[i + 1], position);
    }
  }

  List<Operation> commits() {
    return commits;
  }

  long position(int index) {
    return (index + 1L) * Timeline.STEP;
  }

  /** The position of the last commit at or below the timestamp; 0: there is none. */
  long positionOf(long timestamp) {
    int at = Arrays.binarySearch(timestamps, timestamp);
    return (at >= 0 ? at + 1L : -(at + 1L)) * Timeline.STEP;
  }

  /** The commit at or right below a position; null: none. */
  @Nullable Operation commitAt(long position) {
    long index = position / Timeline.STEP - 1;
    return index < 0 || index >= commits.size() ? null : commits.get((int) index);
  }

  /** What was acknowledged before this moment lies at or below this position. */
  long newestCompletedBefore(long moment) {
    int at = lowerBound(completions, moment);
    return at == 0 ? 0 : newestCompleted[at - 1];
  }

  /** What was called after this moment lies at or above this position. */
  long oldestInvokedAfter(long moment) {
    int at = lowerBound(invocations, moment + 1);
    return at == invocations.length ? Long.MAX_VALUE : oldestInvoked[at];
  }

  /** Two commits whose timestamps are equal, or contradict real time. */
  @Nullable Verdict violation() {
    for (int i = 1; i < commits.size(); i++) {
      if (timestamps[i] == timestamps[i - 1]) {
        return new Verdict.Violation(
            "two commits have the same timestamp " + timestamps[i],
            List.of(commits.get(i), commits.get(i - 1)));
      }
    }
    Operation earliest = null; // the one that completed first, of those with higher timestamps
    for (int i = commits.size() - 1; i >= 0; i--) {
      Operation commit = commits.get(i);
      if (earliest != null && earliest.precedes(commit)) {
        return new Verdict.Violation(
            Words.who(commit)
                + " was committed at "
                + commit.commitTs()
                + ", below "
                + earliest.commitTs()
                + ", which "
                + Words.who(earliest)
                + " was acknowledged with before it began",
            List.of(commit, earliest));
      }
      if (commit.outcome() == Outcome.OK
          && (earliest == null || commit.completedAt() < earliest.completedAt())) {
        earliest = commit;
      }
    }
    return null;
  }

  private static Integer[] indexes(int n, IntToLongFunction moment) {
    List<Integer> indexes = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      indexes.add(i);
    }
    indexes.sort(Comparator.comparingLong(moment::applyAsLong));
    return indexes.toArray(new Integer[0]);
  }

  /** How many elements are below the bound. */
  private static int lowerBound(long[] sorted, long bound) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
