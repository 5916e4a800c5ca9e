// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import io.kvorum.api.MvccStore;
import io.kvorum.cli.entries.EntryList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a check of a replica against a list of acknowledged entries found.
 *
 * @param checked entries in the list
 * @param lost entries of it that are absent here, or have another value
 */
public record Verification(long checked, long lost) {

  /** Looks up every entry of the list in this replica's own copy, at the newest timestamp. */
  public static Verification of(MvccStore store, Path list) throws IOException {
    long[] counts = new long[2];
    EntryList.forEach(
        list,
        entry -> {
          counts[0]++;
          if (!Arrays.equals(entry.value(), store.getAt(entry.key(), MvccStore.LATEST))) {
            counts[1]++;
          }
        });
    return new Verification(counts[0], counts[1]);
  }
}
