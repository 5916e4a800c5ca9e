// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.rheakv;

import com.alipay.sofa.jraft.rhea.client.DefaultRheaKVStore;
import com.alipay.sofa.jraft.rhea.storage.CASEntry;
import com.alipay.sofa.jraft.rhea.storage.KVEntry;
import com.alipay.sofa.jraft.rhea.util.ByteArray;
import com.alipay.sofa.jraft.rhea.util.Constants;
import io.kvorum.bench.driver.Access;
import io.kvorum.bench.driver.Entry;
import io.kvorum.bench.driver.KeySpace;
import io.kvorum.bench.driver.Target;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Three stores, one region. */
final class RheaKvTarget implements Target {

  private static final long LEADER_SECONDS = 60;
  private static final long POLL_MILLIS = 5;

  private final List<DefaultRheaKVStore> stores;
  private volatile DefaultRheaKVStore leader;

  RheaKvTarget(List<DefaultRheaKVStore> stores) {
    this.stores = stores;
    this.leader = stores.get(0);
  }

  @Override
  public Set<Access> offers() {
    return EnumSet.complementOf(EnumSet.of(Access.LEASE_GET));
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "jraft-rheakv-core 1.3.15, RocksDB 8.8.1");
    settings.put("replicas", stores.size() + " in one JVM, asked at the leader's store");
    settings.put("durability", "Raft log fsynced (sync); its RocksDB store not synced, its default");
    settings.put(
        "other settings", "defaults: requests grouped by the client, reads confirmed by ReadIndex");
    settings.put("transaction", "multiGet, then compareAndPutAll, tried until it is true");
    return settings;
  }

  @Override
  public void beforeRound() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEADER_SECONDS);
    while (System.nanoTime() - end < 0) {
      for (DefaultRheaKVStore store : stores) {
        if (store.isLeader(Constants.DEFAULT_REGION_ID)) {
          leader = store;
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("no leader within " + LEADER_SECONDS + " s");
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return leader.put(key, value).thenApply(RheaKvTarget::done);
  }

  @Override
  public CompletableFuture<?> batch(List<Entry> entries) {
    List<KVEntry> batch = entries.stream().map(e -> new KVEntry(e.key(), e.value())).toList();
    return leader.put(batch).thenApply(RheaKvTarget::done);
  }

  private static Boolean done(Boolean ok) {
    if (!ok) {
      throw new IllegalStateException("not carried out");
    }
    return ok;
  }

  @Override
  public CompletableFuture<?> compareAndSet(List<byte[]> keys, byte[] value) {
    return leader
        .multiGet(keys)
        .thenCompose(
            found ->
                leader.compareAndPutAll(
                    keys.stream()
                        .map(key -> new CASEntry(key, found.get(ByteArray.wrap(key)), value))
                        .toList()))
        .thenCompose(
            ok ->
                ok ? CompletableFuture.completedFuture(null) : compareAndSet(keys, value));
  }

  @Override
  public CompletableFuture<?> get(byte[] key) {
    return leader.get(key);
  }

  @Override
  public CompletableFuture<? extends Collection<?>> scan(byte[] from, int limit) {
    // It has no limit, so the key after the last one says where to end.
    return leader.scan(from, KeySpace.after(from, limit));
  }

  @Override
  public void close() {
    stores.forEach(DefaultRheaKVStore::shutdown);
  }
}
