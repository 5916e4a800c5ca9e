// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.load;

import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.SyncMode;
import io.kvorum.bench.driver.Access;
import io.kvorum.bench.driver.Entry;
import io.kvorum.bench.driver.Target;
import io.kvorum.bench.driver.Versions;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A cluster of Kvorum in this JVM, asked at its leader. */
public final class KvorumTarget implements Target {

  // KvNode's default. LocalCluster's is shorter, and two busy cores must not cause elections.
  private static final Duration ELECTION_MIN = Duration.ofMillis(600);
  private static final Duration ELECTION_MAX = Duration.ofMillis(1_100);

  private final SyncMode mode;
  private final int replicas;
  private final LocalCluster cluster;
  private volatile ReplicatedKv kv;

  private KvorumTarget(SyncMode mode, int replicas, LocalCluster cluster) {
    this.mode = mode;
    this.replicas = replicas;
    this.cluster = cluster;
    this.kv = cluster.awaitLeader().kv();
  }

  /** Starts one; all its directories are in the folder. */
  public static KvorumTarget start(Path folder, int replicas, SyncMode mode) {
    LocalCluster cluster =
        LocalCluster.start(
            folder,
            replicas,
            builder -> builder.fsmSyncMode(mode).electionTimeout(ELECTION_MIN, ELECTION_MAX));
    try {
      return new KvorumTarget(mode, replicas, cluster);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  @Override
  public Set<Access> offers() {
    return EnumSet.allOf(Access.class);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "version",
        Versions.of("kvorum")
            + ", Ratis "
            + Versions.of("ratis")
            + ", RocksDB "
            + Versions.of("rocksdb"));
    settings.put("replicas", replicas + " in one JVM, asked at the leader");
    settings.put("durability", "Raft log fsynced; FSM_SYNC_MODE " + mode.text());
    settings.put("other settings", "defaults of KvNode; reads by lease in the driver's thread");
    return settings;
  }

  @Override
  public void beforeRound() {
    kv = cluster.awaitLeader().kv();
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return kv.putAsync(key, value);
  }

  @Override
  public CompletableFuture<?> batch(List<Entry> entries) {
    return kv.writeAsync(
        entries.stream().map(entry -> Mutation.put(entry.key(), entry.value())).toList());
  }

  @Override
  public CompletableFuture<?> compareAndSet(List<byte[]> keys, byte[] value) {
    return kv.transactAsync(
        transaction -> {
          for (byte[] key : keys) {
            transaction.get(key);
          }
          for (byte[] key : keys) {
            transaction.put(key, value);
          }
          return value;
        });
  }

  @Override
  public CompletableFuture<?> get(byte[] key) {
    return kv.getAsync(key);
  }

  /* With a lease nothing is asked of others, so the call that waits is the one to take. */
  @Override
  public CompletableFuture<?> leaseGet(byte[] key) {
    return CompletableFuture.completedFuture(kv.get(key, ReadOptions.lease()));
  }

  @Override
  public CompletableFuture<? extends Collection<?>> scan(byte[] from, int limit) {
    return kv.scanAsync(KeyRange.from(from), limit);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
