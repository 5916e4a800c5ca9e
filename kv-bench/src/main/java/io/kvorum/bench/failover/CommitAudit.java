// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Compares what was acknowledged with what a watch shows, for keys that are written once each.
 * Acknowledgements may come from any thread; events are observed, and the verdict is taken, by one.
 */
final class CommitAudit {

  private final ConcurrentMap<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, List<Long>> committed = new HashMap<>();

  /**
   * What became of the writes.
   *
   * @param acknowledged how many were
   * @param lost of them, in no commit
   * @param twice of them, in more than one commit
   * @param elsewhere of them, in a commit, but in none at the timestamp that was told
   */
  record Verdict(long acknowledged, long lost, long twice, long elsewhere) {

    boolean isClean() {
      return lost + twice + elsewhere == 0;
    }
  }

  /** The write of a key was acknowledged as a commit at this timestamp. */
  void acknowledge(String key, long commitTs) {
    acknowledged.put(key, commitTs);
  }

  /** A watch of everything has shown this. */
  void observe(CommitEvent event) {
    for (Change change : event.changes()) {
      if (change instanceof Change.Put put) {
        committed
            .computeIfAbsent(new String(put.key(), US_ASCII), key -> new ArrayList<>())
            .add(event.commitTs());
      }
    }
  }

  Verdict verdict() {
    long lost = 0;
    long twice = 0;
    long elsewhere = 0;
    for (Map.Entry<String, Long> write : acknowledged.entrySet()) {
      List<Long> commits = committed.getOrDefault(write.getKey(), List.of());
      if (commits.isEmpty()) {
        lost++;
      } else if (!commits.contains(write.getValue())) {
        elsewhere++;
      }
      if (commits.size() > 1) {
        twice++;
      }
    }
    return new Verdict(acknowledged.size(), lost, twice, elsewhere);
  }
}
