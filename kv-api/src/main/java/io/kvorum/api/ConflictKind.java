// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * Which of its keys a refused write conflicted on.
 *
 * <p>Example: {@link ConflictClass}.
 */
public enum ConflictKind {
  /** A key it wanted to write has a version newer than its start timestamp. */
  WRITE,
  /** A key it had read has a version newer than its start timestamp. */
  READ
}
