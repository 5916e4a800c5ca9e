// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.Comparator;
import java.util.List;

/** What happened: the calls in the order they were invoked, and the watches. */
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
