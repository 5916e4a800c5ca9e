// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.raft.server.Voters;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One round of term probes. Invariants: (1) the verdict is the round's term only if a majority of
 * the voters, this replica included, answered with a term no higher, and nobody with a higher one
 * before; (2) the verdict is given once.
 */
final class Round {

  private final long term;
  private final String self;
  private final Voters voters;
  private final CompletableFuture<Long> verdict = new CompletableFuture<>();

  // guarded by this
  private final Set<String> agreeing = new HashSet<>();
  private final Map<String, String> silent = new TreeMap<>();

  Round(long term, String self, Voters voters) {
    this.term = term;
    this.self = self;
    this.voters = voters;
    agreeing.add(self);
    judge();
  }

  CompletableFuture<Long> verdict() {
    return verdict;
  }

  /** Whom to ask; nobody when this replica is a majority on its own. */
  Set<String> others() {
    if (verdict.isDone()) {
      return Set.of();
    }
    Set<String> others = new HashSet<>(voters.current());
    others.addAll(voters.previous());
    others.remove(self);
    return others;
  }

  void answered(String peer, long peerTerm) {
    if (peerTerm > term) {
      fail(peer + " is in term " + peerTerm + ", this replica led term " + term);
    } else {
      // In a lower term it has voted in no later one either.
      synchronized (this) {
        agreeing.add(peer);
      }
      judge();
    }
  }

  void silent(String peer, String why) {
    String all;
    synchronized (this) {
      silent.put(peer, why);
      Set<String> possible = new HashSet<>(voters.current());
      possible.addAll(voters.previous());
      possible.removeAll(silent.keySet());
      if (voters.isMajority(possible)) {
        return;
      }
      all = silent.toString();
    }
    fail("no majority confirms that this replica leads: " + all);
  }

  void fail(String why) {
    verdict.completeExceptionally(new NotConfirmedException(why));
  }

  private void judge() {
    boolean confirmed;
    synchronized (this) {
      confirmed = voters.isMajority(agreeing);
    }
    if (confirmed) {
      verdict.complete(term);
    }
  }
}
