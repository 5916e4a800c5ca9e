// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.StoreFailedException;

/** What a failed write means to the owner of the replica. */
final class DiskFailure {

  private static final String NO_SPACE = "No space left on device";

  private DiskFailure() {}

  /** {@code what} says what failed. */
  static StoreFailedException of(String what, Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String happened = what + ": " + root.getMessage();
    if (String.valueOf(root.getMessage()).contains(NO_SPACE)) {
      return new StoreFailedException(
          happened + "; free disk space, then start the replica again", cause);
    }
    return new StoreFailedException(
        happened + "; mend the disk, then start the replica again, or give it a new directory",
        cause);
  }
}
