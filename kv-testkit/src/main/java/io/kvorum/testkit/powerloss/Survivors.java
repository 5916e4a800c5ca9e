// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

/**
 * What is found of the changes that no sync had made durable.
 *
 * <p>Example: {@link RecordedRun}.
 */
public enum Survivors {
  /** Nothing. */
  NONE,
  /** Everything, as after the death of the process alone. */
  ALL,
  /** All changes up to a moment, over all files; the last write is torn at any byte. */
  PREFIX,
  /**
   * Each 4 KiB page of each file, each file's size and each directory as of a moment of its own:
   * later pages without earlier ones, and zeros where a page is missing inside the size.
   */
  PAGES
}
