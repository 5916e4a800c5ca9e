// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import java.util.Set;

/**
 * Who must agree: a majority of the current voters, and of the previous ones while the group
 * changes its members.
 *
 * @param previous empty while the group does not change
 */
public record Voters(Set<String> current, Set<String> previous) {

  public Voters {
    current = Set.copyOf(current);
    previous = Set.copyOf(previous);
  }

  /** Whether these replicas are a majority. */
  public boolean isMajority(Set<String> replicas) {
    return majority(current, replicas) && (previous.isEmpty() || majority(previous, replicas));
  }

  private static boolean majority(Set<String> voters, Set<String> replicas) {
    long agreeing = voters.stream().filter(replicas::contains).count();
    return agreeing > voters.size() / 2;
  }
}
