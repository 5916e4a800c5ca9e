// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

/** What is wrong with a {@link SimulatedStore}, and a word that a verdict on it must contain. */
enum Flaw {
  NONE(""),
  /** Linearizable reads show an older moment now and then. */
  STALE_READ("not linearizable"),
  /** A write is acknowledged and not done. */
  LOST_WRITE(""),
  /** A write is done a second time later, under another timestamp. */
  DUPLICATE_APPLY(""),
  /** A refused write is done. */
  REFUSED_APPLIED("refused"),
  /** Reads show what a transaction is about to write. */
  DIRTY_READ(""),
  /** Transactions check nothing at their commit. */
  LOST_UPDATE("transaction"),
  /** Transactions check what they write, not what they read. */
  WRITE_SKEW("transaction"),
  /** Transactions check the keys they read, not the ranges. */
  PHANTOM("transaction"),
  /** A read at a timestamp shows the newest state. */
  MOVING_SNAPSHOT("does not show that timestamp"),
  /** A read of at least a timestamp shows less. */
  BEHIND("at least"),
  /** A read of a bounded age shows the beginning. */
  TOO_STALE("no staler"),
  /** Commits get timestamps that are too low. */
  TIME_GOES_BACK("below"),
  WATCH_GAP("leaves out"),
  WATCH_REPEAT("repeats"),
  WATCH_ORDER("goes back"),
  WATCH_INVENTS("watch");

  final String word;

  Flaw(String word) {
    this.word = word;
  }
}
