// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.replica;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.cli.entries.EntryList;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.process.ReplicaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * What a check of a replica against a list of acknowledged entries found.
 *
 * @param checked entries in the list
 * @param lost entries of it that are absent here, or have another value
 */
public record Verification(long checked, long lost) {

  static final String QUESTION = "VERIFY";

  private static final Duration CATCH_UP = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofMinutes(2);

  /** Has another replica check its copy, once it has applied the log up to {@code index}. */
  public static Verification by(ReplicaProcess replica, long index, Path list) {
    String[] words = replica.ask(QUESTION + " " + index + " " + list, ANSWER).split(" ", -1);
    return new Verification(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  /* The other replica's part: index and path in, the counts out. */
  static String answer(KvNode node, String arguments) throws IOException {
    String[] words = arguments.split(" ", 2);
    LogPosition unused = node.awaitApplied(Long.parseLong(words[0]), CATCH_UP);
    Verification result = of(node.store(), Path.of(words[1]));
    return result.checked() + " " + result.lost();
  }

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
