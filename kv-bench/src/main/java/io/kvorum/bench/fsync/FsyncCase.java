// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.SyncMode;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One group of replicas in this JVM, written by threads that each wait for their write.
 *
 * @param writers how many threads
 */
record FsyncCase(SyncMode mode, int replicas, int writers) {

  private static final int KEY_BYTES = 24;
  private static final int VALUE_BYTES = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Measures it on a fresh group in {@code folder}. */
  FsyncResult run(Path folder, double seconds) throws IOException, InterruptedException {
    try (LocalCluster cluster =
        LocalCluster.start(
            folder, replicas, builder -> builder.fsmSyncMode(mode).requestTimeout(PATIENCE))) {
      KvNode leader = cluster.awaitLeader();
      write(leader.kv(), seconds / 4, 1);
      DiskCounts before = DiskCounts.now();
      long begin = System.nanoTime();
      long entries = write(leader.kv(), seconds, 2);
      double took = (System.nanoTime() - begin) / 1e9;
      // What is applied but not in a table file yet is part of the cost.
      for (KvNode node : cluster.running()) {
        node.awaitApplied(leader.appliedPosition().index(), PATIENCE);
        node.checkpoint(PATIENCE);
      }
      DiskCounts counts = DiskCounts.now().minus(before);
      return new FsyncResult(this, entries, took, counts, entries * (KEY_BYTES + VALUE_BYTES));
    }
  }

  private long write(ReplicatedKv kv, double seconds, int seed)
      throws InterruptedException, IOException {
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      long end = System.nanoTime() + (long) (seconds * 1e9);
      List<Future<Long>> done = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        SplittableRandom random = new SplittableRandom(seed * 1000L + i);
        done.add(threads.submit(() -> writeUntil(kv, end, random)));
      }
      long sum = 0;
      for (Future<Long> each : done) {
        sum += each.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IOException("a write failed: " + e.getCause(), e);
    } finally {
      threads.shutdownNow(); // all have ended, unless one has failed
    }
  }

  private static long writeUntil(ReplicatedKv kv, long end, SplittableRandom random) {
    long count = 0;
    while (System.nanoTime() - end < 0) {
      byte[] key = new byte[KEY_BYTES];
      ByteBuffer.wrap(key).putLong(random.nextLong()).putLong(random.nextLong());
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(value);
      kv.put(key, value);
      count++;
    }
    return count;
  }
}
