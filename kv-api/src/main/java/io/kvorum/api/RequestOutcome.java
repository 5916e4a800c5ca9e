// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * What became of a write whose outcome was unknown, see {@link ReplicatedKv#outcomeOf}.
 *
 * <pre>{@code
 * RequestId id = RequestId.parse(text); // as OutcomeUnknownException.requestId() prints it
 * RequestOutcome outcome = kv.outcomeOf(id);
 * if (outcome instanceof RequestOutcome.Committed done) {
 *   return "committed at " + done.commit().timestamp();
 * } else if (outcome instanceof RequestOutcome.Refused refused) {
 *   throw refused.reason();
 * } else if (outcome instanceof RequestOutcome.NeverApplied) {
 *   return "write it again";
 * }
 * return "it is too late to know"; // RequestOutcome.Forgotten
 * }</pre>
 */
public sealed interface RequestOutcome {

  /** It is committed. */
  record Committed(Commit commit) implements RequestOutcome {}

  /**
   * It was refused, and changed nothing.
   *
   * @param reason what the call would have ended with: {@link WriteConflictException}, {@link
   *     KeyLockedException}, {@link InvalidArgumentException}, or {@link UnavailableException} of a
   *     transaction that was older than the retention
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
