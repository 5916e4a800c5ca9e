// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.bounds;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Commit;
import io.kvorum.api.LargeValue;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.StoreOptions;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.GeneratedValue;
import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Three replicas in this process, and writers that stream large values at the same time, each
 * through one of them; then every replica reads every value back. As a control, the values are read
 * into arrays.
 */
final class LargeValuesChild {

  static final int WRITERS = 8;
  static final String FITS = "all values fit into this heap";

  private static final int MIB = 1024 * 1024;
  private static final long MEMORY_BUDGET = 256L * MIB;
  private static final int CHECKPOINT_ENTRIES = 256;

  private LargeValuesChild() {}

  public static void main(String[] args) throws Exception {
    long length = Long.parseLong(args[1]) * MIB + 1;
    try (LocalCluster cluster =
        LocalCluster.start(
            Path.of(args[0]),
            3,
            builder ->
                builder
                    .checkpointEvery(CHECKPOINT_ENTRIES)
                    .storeOptions(StoreOptions.defaults().withMemoryBudget(MEMORY_BUDGET))
                    .requestTimeout(Duration.ofSeconds(60)))) {
      cluster.awaitLeader();
      if (args.length > 2) {
        control(cluster, length);
      } else {
        long last = write(cluster, length);
        read(cluster, length, last);
      }
    }
  }

  private static byte[] key(int writer) {
    return ("value " + writer).getBytes(UTF_8);
  }

  private static long write(LocalCluster cluster, long length) throws Exception {
    List<KvNode> nodes = cluster.running();
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<Commit>> writes = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        ReplicatedKv kv = nodes.get(writer % nodes.size()).kv();
        writes.add(
            threads.submit(
                () -> kv.putStream(key(writer), new GeneratedValue(writer, length).stream())));
      }
      long last = 0;
      for (Future<Commit> write : writes) {
        last = Math.max(last, write.get().timestamp());
      }
      return last;
    } finally {
      threads.shutdown();
    }
  }

  private static void read(LocalCluster cluster, long length, long last) throws IOException {
    for (KvNode node : cluster.running()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        try (LargeValue value = node.kv().openStream(key(writer), ReadOptions.atLeast(last))) {
          if (value == null) {
            throw new IllegalStateException("there is no value " + writer + " at " + node.id());
          }
          new GeneratedValue(writer, length).check(value);
        }
      }
    }
  }

  private static void control(LocalCluster cluster, long length) throws Exception {
    List<byte[]> all = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      all.add(new GeneratedValue(writer, length).stream().readAllBytes());
    }
    System.out.println(FITS + ": " + all.size() + " beside " + cluster.running().size());
  }
}
