// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.raft.server.Voters;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One round of term probes, and what its majority promises. Invariants: (1) the verdict is the
 * round's term only if a majority of the voters, this replica included, answered with a term no
 * higher, and nobody with a higher one before; (2) the verdict is given once.
 */
final class Round {

  private final long term;
  private final String self;
  private final Voters voters;
  private final CompletableFuture<Confirmation> verdict = new CompletableFuture<>();

  // guarded by this
  private final Set<String> agreeing = new HashSet<>();
  private long promiseMillis = Long.MAX_VALUE;
  private final Map<String, String> silent = new TreeMap<>();

  Round(long term, String self, Voters voters) {
    this.term = term;
    this.self = self;
    this.voters = voters;
    agreeing.add(self);
    judge();
  }

  /**
   * A majority was in no later term when it answered.
   *
   * @param promiseMillis for how long each of it supports nobody else
   * @param majority who answered
   */
  record Confirmation(long term, long promiseMillis, Set<String> majority) {}

  CompletableFuture<Confirmation> verdict() {
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

  /** Whether the answers of these would be enough. */
  boolean isEnough(Collection<String> peers) {
    Set<String> all = new HashSet<>(peers);
    all.add(self);
    return voters.isMajority(all);
  }

  void answered(String peer, long peerTerm, long peerPromiseMillis) {
    if (peerTerm > term) {
      fail(peer + " is in term " + peerTerm + ", this replica led term " + term);
    } else {
      // In a lower term it has voted in no later one either.
      synchronized (this) {
        agreeing.add(peer);
        promiseMillis = Math.min(promiseMillis, peerPromiseMillis);
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
    Confirmation confirmation;
    synchronized (this) {
      if (!voters.isMajority(agreeing)) {
        return;
      }
      confirmation = new Confirmation(term, promiseMillis, Set.copyOf(agreeing));
    }
    verdict.complete(confirmation);
  }
}
