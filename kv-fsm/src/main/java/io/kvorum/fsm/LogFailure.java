// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.DiskFullException;
import io.kvorum.api.StoreFailedException;

/** What a failed write of the Raft log means to the owner of the replica. */
final class LogFailure {

  private static final String NO_SPACE = "No space left on device";

  private LogFailure() {}

  static StoreFailedException translate(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String what = "the Raft log could not be written: " + root.getMessage();
    if (String.valueOf(root.getMessage()).contains(NO_SPACE)) {
      return new DiskFullException(what + "; free disk space, then start the replica again", cause);
    }
    return new StoreFailedException(
        what + "; mend the disk, then start the replica again, or give it a new directory", cause);
  }
}
