// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/** What became of a write whose outcome was unknown, see {@link ReplicatedKv#outcomeOf}. */
public sealed interface RequestOutcome {

  /** It is committed. */
  record Committed(Commit commit) implements RequestOutcome {}

  /**
   * It was refused, and changed nothing.
   *
   * @param reason what the call would have ended with: {@link WriteConflictException}, {@link
   *     KeyLockedException} or {@link InvalidArgumentException}
   */
  record Refused(RuntimeException reason) implements RequestOutcome {}

  /** It was not carried out, and never will be. */
  record NeverApplied() implements RequestOutcome {}

  /**
   * Nobody knows any more: its session has expired, was closed, or never was. It will not be
   * carried out from now on.
   */
  record Forgotten() implements RequestOutcome {}
}
