// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kvorum.api.Change;
import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.testkit.process.ProcessCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** Makes faults on one group, one after the other, and measures what they cost. */
final class FailoverRun {

  private static final int WRITERS = 4;
  private static final int SETTLED = 50; // acknowledged writes after which the group is at work
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration AFTER = Duration.ofMillis(1_500);
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final int WATCH_EVENTS = 1_000;

  private final ProcessCluster cluster;
  private final ConcurrentMap<String, Long> acknowledged = new ConcurrentHashMap<>();

  FailoverRun(ProcessCluster cluster) {
    this.cluster = cluster;
  }

  FaultResult measure(Fault fault, int tries) throws InterruptedException {
    List<Double> pauses = new ArrayList<>();
    List<Long> elections = new ArrayList<>();
    for (int i = 0; i < tries; i++) {
      String leader = cluster.awaitLeaderAmong(cluster.ids());
      String at = fault.writesAt(cluster, leader);
      long term = term(at);
      try (Writers writers = new Writers(WRITERS, cluster.kv(at, CALL), acknowledged)) {
        awaitWrites(writers, System.nanoTime());
        long begun = System.nanoTime();
        fault.begin(cluster, leader);
        awaitWrites(writers, System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(AFTER.toNanos()); // a second election would fall into this
        pauses.add(writers.longestPause(begun) / 1e6);
      }
      elections.add(term(at) - term);
      fault.end(cluster, leader);
      var unused = cluster.awaitSameHash(); // the next fault finds all three at work
    }
    return new FaultResult(fault.text(), pauses, elections);
  }

  private long term(String id) {
    return cluster.process(id).status().applied().term();
  }

  private static void awaitWrites(Writers writers, long since) throws InterruptedException {
    long end = System.nanoTime() + RECOVERY.toNanos();
    while (writers.acknowledgedSince(since) < SETTLED) {
      if (System.nanoTime() - end > 0) {
        throw new BenchmarkFailedException(
            "the group acknowledged no " + SETTLED + " writes in " + RECOVERY.toSeconds() + " s",
            null);
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Compares what was acknowledged with every commit that there was. */
  Verdict judge() {
    Set<String> seen = new HashSet<>();
    long twice = 0;
    long elsewhere = 0;
    long after = 0;
    String id = cluster.awaitLeader();
    List<CommitEvent> events = cluster.watch(id, KeyRange.all(), after, WATCH_EVENTS, CALL);
    while (!events.isEmpty()) {
      for (CommitEvent event : events) {
        for (Change change : event.changes()) {
          String key = new String(((Change.Put) change).key(), US_ASCII);
          Long told = acknowledged.get(key);
          if (told != null && told != event.commitTs()) {
            elsewhere++;
          }
          if (told != null && !seen.add(key)) {
            twice++;
          }
        }
        after = event.commitTs();
      }
      events = cluster.watch(id, KeyRange.all(), after, WATCH_EVENTS, Duration.ofSeconds(1));
    }
    return new Verdict(acknowledged.size(), acknowledged.size() - seen.size(), twice, elsewhere);
  }

  /**
   * What became of the writes.
   *
   * @param acknowledged how many were
   * @param lost of them, in no commit
   * @param twice of them, in more than one commit
   * @param elsewhere of them, in a commit at another timestamp than was told
   */
  record Verdict(long acknowledged, long lost, long twice, long elsewhere) {}
}
