// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.KeyRange;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccStore;
import java.util.ArrayList;
import java.util.List;

/** How often a key was written. */
final class Versions {

  private Versions() {}

  /** The commit timestamps of the values of a key that was never deleted, newest first. */
  static List<Long> of(MvccStore store, byte[] key) {
    List<Long> found = new ArrayList<>();
    long ts = store.lastCommitTs();
    while (true) {
      try (MvccCursor cursor = store.openCursor(KeyRange.prefix(key), ts, false)) {
        if (!cursor.next()) {
          return found;
        }
        ts = cursor.commitTs() - 1;
        found.add(cursor.commitTs());
      }
    }
  }
}
