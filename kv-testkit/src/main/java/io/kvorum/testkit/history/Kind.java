// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

/**
 * What sort of call it was; it only matters for the words of a verdict.
 *
 * <p>Example: {@link RecordedCall}.
 */
public enum Kind {
  WRITE,
  READ,
  SCAN,
  TRANSACTION
}
