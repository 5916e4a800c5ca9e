// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.List;

/**
 * What a {@link HistoryChecker} found.
 *
 * <p>Example: {@link HistoryChecker}.
 */
public sealed interface Verdict {

  /** Throws unless the history is valid: an AssertionError whose message is the finding. */
  default void orThrow() {
    if (this instanceof Violation violation) {
      throw new AssertionError(violation.toString());
    } else if (this instanceof Undecided undecided) {
      throw new AssertionError("the history could not be judged: " + undecided.why());
    }
  }

  /**
   * A correct store could have answered so.
   *
   * @param judged operations and watches that were judged
   */
  record Valid(int judged) implements Verdict {}

  /**
   * No correct store could have answered so.
   *
   * @param words the first promise that was broken
   * @param operations those that show it, the one that broke first
   */
  record Violation(String words, List<Operation> operations) implements Verdict {
    public Violation {
      operations = List.copyOf(operations);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(words);
      operations.forEach(op -> text.append("\n  ").append(HistoryFile.line(op)));
      return text.toString();
    }
  }

  /** The search for an order was given up: too many calls had an unknown outcome. */
  record Undecided(String why) implements Verdict {}
}
