// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.Comparator;
import java.util.List;

/**
 * What happened: the calls in the order they were invoked, and the watches.
 *
 * <pre>{@code
 * int doubtful = 0;
 * for (Operation operation : history.operations()) {
 *   doubtful += operation.outcome() == Outcome.UNKNOWN ? 1 : 0;
 * }
 * int events = 0;
 * for (WatchRun watch : history.watches()) {
 *   events += watch.events().size();
 * }
 * }</pre>
 */
public record History(List<Operation> operations, List<WatchRun> watches) {

  public History {
    operations =
        operations.stream().sorted(Comparator.comparingLong(Operation::invokedAt)).toList();
    watches = List.copyOf(watches);
  }

  /** A history without watches. */
  public static History of(Operation... operations) {
    return new History(List.of(operations), List.of());
  }
}
