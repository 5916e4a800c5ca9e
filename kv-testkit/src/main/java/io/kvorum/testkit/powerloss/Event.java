// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

/**
 * One record of the log, as {@code recorder.c} defines it.
 *
 * @param file inode number, 0 where the kind has none
 * @param first bytes of a WRITE or ACK, or a path in UTF-8; belongs to the event
 * @param second path, for RENAME and LINK
 */
record Event(
    Kind kind, int flags, long file, long offset, long length, byte[] first, byte[] second) {

  /** In the order of the numbers in the log, which begin with 1. */
  enum Kind {
    ROOT,
    CREATE,
    WRITE,
    TRUNCATE,
    ALLOCATE,
    SYNC_BEGIN,
    SYNC_END,
    RENAME,
    LINK,
    UNLINK,
    MKDIR,
    RMDIR,
    ACK,
    STDIO
  }
}
