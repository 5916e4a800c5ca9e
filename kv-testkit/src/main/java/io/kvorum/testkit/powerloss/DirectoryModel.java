// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

/**
 * Which sync makes a change of a directory's entries durable.
 *
 * <p>Example: {@link RecordedRun}.
 */
public enum DirectoryModel {
  /** POSIX to the letter: only a sync of that directory, opened as a file. */
  STRICT,
  /**
   * ext4 and XFS: one journal for the whole file system, so an fsync of any file or directory
   * carries every change of entries and every truncation made before it. An fdatasync does so only
   * up to the last change of the file's own size, since it need not touch the journal otherwise.
   */
  ORDERED
}
