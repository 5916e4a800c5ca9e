// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.bench.jmh.BenchmarkFailedException;
import io.kvorum.testkit.process.ProcessCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes faults on one group, one after the other, and measures what they cost. */
final class FailoverRun {

  private static final int WRITERS = 4;
  private static final int SETTLED = 50; // acknowledged writes after which the group is at work
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration AFTER = Duration.ofMillis(1_500);
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final int WATCH_EVENTS = 1_000;
  private static final Duration WATCH_PATIENCE = Duration.ofMillis(500);

  private final ProcessCluster cluster;
  private final CommitAudit audit = new CommitAudit();
  private long observed; // every commit up to this timestamp was shown to the audit

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
      try (Writers writers = new Writers(WRITERS, cluster.kv(at, CALL), audit)) {
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
      observe();
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

  /** Shows the audit what was committed since it was last called: history is kept for minutes. */
  private void observe() {
    String id = cluster.awaitLeader();
    List<CommitEvent> events;
    do {
      events = cluster.watch(id, KeyRange.all(), observed, WATCH_EVENTS, WATCH_PATIENCE);
      for (CommitEvent event : events) {
        audit.observe(event);
        observed = event.commitTs();
      }
    } while (!events.isEmpty());
  }

  /** What became of all writes so far. */
  CommitAudit.Verdict verdict() {
    return audit.verdict();
  }
}
