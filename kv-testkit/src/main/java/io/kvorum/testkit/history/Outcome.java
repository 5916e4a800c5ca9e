// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

/**
 * How a call ended.
 *
 * <p>Example: {@link History}.
 */
public enum Outcome {
  /** It was acknowledged: it happened, between its invocation and its completion. */
  OK,
  /** It certainly did not happen and never will. */
  REFUSED,
  /** It happened once, at any time after its invocation, or never will. */
  UNKNOWN
}
