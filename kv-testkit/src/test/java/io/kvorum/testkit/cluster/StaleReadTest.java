// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadOptions;
import io.kvorum.testkit.history.BasicKv;
import io.kvorum.testkit.process.ProcessCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that was paused while another one was elected and took a write must not answer a
 * linearizable read from what it holds. Three processes: write 1, read it in a loop at the leader,
 * SIGSTOP the leader, write 2 through the new one, ask the old one, SIGCONT.
 */
@Timeout(300)
class StaleReadTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int READERS = 4;
  private static final int TRIES = 3 * Integer.getInteger("kvorum.effort", 1);

  private record Read(long startedAt, String value) {}

  @TempDir Path folder;

  private final Queue<Read> reads = new ConcurrentLinkedQueue<>();

  /** What the old leader's own copy said to reads that began with the others. */
  private final Queue<Read> localReads = new ConcurrentLinkedQueue<>();

  @Test
  void aPausedLeaderDoesNotAnswerWithTheOldValue() throws Exception {
    int stale = 0;
    try (ProcessCluster cluster =
        ProcessCluster.start(folder, 3, Duration.ofMillis(500), Duration.ofMillis(1000))) {
      for (int i = 0; i < TRIES; i++) {
        String older = Integer.toString(2 * i);
        String newer = Integer.toString(2 * i + 1);
        long acknowledgedAt = pauseAndWrite(cluster, older, newer);
        assertThat(reads)
            .filteredOn(read -> read.startedAt() > acknowledgedAt)
            .isNotEmpty()
            .allSatisfy(read -> assertThat(read.value()).isEqualTo(newer));
        stale += (int) localReads.stream().filter(read -> read.value().equals(older)).count();
      }
    }
    assertThat(stale)
        .as("stale answers without a confirmation: with none, the experiment shows nothing")
        .isPositive();
  }

  /* When the write through the new leader was acknowledged. */
  private long pauseAndWrite(ProcessCluster cluster, String older, String newer)
      throws InterruptedException {
    reads.clear();
    localReads.clear();
    AtomicBoolean stop = new AtomicBoolean();
    String old = cluster.awaitLeader();
    putUntilAcknowledged(cluster, cluster.ids(), older);
    ExecutorService readers = Executors.newFixedThreadPool(3 * READERS);
    try {
      for (int i = 0; i < READERS; i++) {
        readers.execute(() -> readInALoop(cluster, old, stop));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> reads.size() > 50);
      cluster.pause(old);
      putUntilAcknowledged(cluster, cluster.others(old), newer);
      final long acknowledgedAt = System.nanoTime();
      // These wait in the pipe, and are the first that the old leader sees when it wakes up.
      CountDownLatch asked = new CountDownLatch(2 * READERS);
      for (int i = 0; i < READERS; i++) {
        readers.execute(() -> read(cluster, old, asked));
        readers.execute(() -> readLocally(cluster, old, asked));
      }
      asked.await(10, TimeUnit.SECONDS);
      cluster.resume(old);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  reads.stream()
                      .anyMatch(r -> r.startedAt() > acknowledgedAt && r.value().equals(newer)));
      return acknowledgedAt;
    } finally {
      stop.set(true);
      readers.shutdown();
      readers.awaitTermination(60, TimeUnit.SECONDS);
    }
  }

  private void readInALoop(ProcessCluster cluster, String id, AtomicBoolean stop) {
    while (!stop.get()) {
      read(cluster, id, new CountDownLatch(1));
    }
  }

  private void read(ProcessCluster cluster, String id, CountDownLatch asked) {
    long startedAt = System.nanoTime();
    asked.countDown();
    try {
      byte[] found = cluster.kv(id, TIMEOUT).get(KEY, ReadOptions.linearizable());
      reads.add(new Read(startedAt, found == null ? "nothing" : new String(found, UTF_8)));
    } catch (KvException e) {
      // No answer is a right answer here.
    }
  }

  private void readLocally(ProcessCluster cluster, String id, CountDownLatch asked) {
    long startedAt = System.nanoTime();
    asked.countDown();
    String found =
        cluster.localGet(id, KEY).map(value -> new String(value, UTF_8)).orElse("nothing");
    localReads.add(new Read(startedAt, found));
  }

  private static void putUntilAcknowledged(ProcessCluster cluster, List<String> ids, String value) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsMatching(KvException.class::isInstance)
        .untilAsserted(
            () -> {
              BasicKv kv = cluster.kv(cluster.awaitLeaderAmong(ids), TIMEOUT);
              var unused = kv.write(List.of(Mutation.put(KEY, value.getBytes(UTF_8))));
            });
  }
}
