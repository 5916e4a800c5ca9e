// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One atomic change of directory entries.
 *
 * @param at index of the event
 * @param entries what it sets, one or two
 */
record NameChange(int at, List<Entry> entries) {

  /** A name of a directory and what it leads to from now on; null: it is gone. */
  record Entry(Node directory, String name, @Nullable Node node) {}
}
