// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * Asked between the steps of a long operation; may be asked from any thread, often.
 *
 * <pre>{@code
 * Cancellation whenClosing = closing::get;
 * try {
 *   store.compact(store.lastCommitTs(), whenClosing);
 *   return true;
 * } catch (CancelledException e) { // the next call goes on
 *   return false;
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Cancellation {

  /** Never cancels. */
  Cancellation NEVER = () -> false;

  /** Whether the operation should stop with a {@link CancelledException}. */
  boolean isCancelled();
}
