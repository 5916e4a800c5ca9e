// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import io.kvorum.api.LogPosition;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.SyncMode;
import io.kvorum.bench.driver.BlockDevice;
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
import org.jspecify.annotations.Nullable;

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
  FsyncResult run(Path folder, BlockDevice device, double seconds)
      throws IOException, InterruptedException {
    try (LocalCluster cluster =
        LocalCluster.start(
            folder, replicas, builder -> builder.fsmSyncMode(mode).requestTimeout(PATIENCE))) {
      KvNode leader = cluster.awaitLeader();
      write(leader.kv(), seconds / 4, 1);
      Long bytesBefore = settledBytes(cluster, device);
      long entriesBefore = leader.appliedPosition().index();
      SyncCounts before = SyncCounts.now();
      long begin = System.nanoTime();
      long writes = write(leader.kv(), seconds, 2);
      double took = (System.nanoTime() - begin) / 1e9;
      SyncCounts syncs = SyncCounts.now().minus(before);
      long entries = leader.appliedPosition().index() - entriesBefore;
      Long bytes = settledBytes(cluster, device);
      Long written =
          bytes == null || bytesBefore == null ? null : Long.valueOf(bytes - bytesBefore);
      return new FsyncResult(
          this, writes, entries, took, syncs, written, writes * (KEY_BYTES + VALUE_BYTES));
    }
  }

  /* What is applied but not in a table file yet belongs to the writes before, not to those after. */
  private static @Nullable Long settledBytes(LocalCluster cluster, BlockDevice device)
      throws IOException, InterruptedException {
    cluster.awaitConverged();
    for (KvNode node : cluster.running()) {
      LogPosition unused = node.checkpoint(PATIENCE);
    }
    return device.settledBytes();
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
