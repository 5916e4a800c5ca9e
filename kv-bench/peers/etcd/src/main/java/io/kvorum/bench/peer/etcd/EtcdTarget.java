// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.kvorum.bench.driver.Access;
import io.kvorum.bench.driver.Entry;
import io.kvorum.bench.driver.KeySpace;
import io.kvorum.bench.driver.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Three processes of etcd and a client connected to the leader. */
final class EtcdTarget implements Target {

  private static final long LEADER_SECONDS = 60;
  private static final long POLL_MILLIS = 50;
  private static final long STATUS_SECONDS = 5;

  private final List<Process> processes;
  private final List<String> endpoints;
  private String version = "unknown";
  private @Nullable String leader;
  private @Nullable Client client;
  private volatile @Nullable KV kv;

  EtcdTarget(List<Process> processes, List<String> endpoints) {
    this.processes = processes;
    this.endpoints = endpoints;
  }

  @Override
  public Set<Access> offers() {
    return EnumSet.complementOf(EnumSet.of(Access.LEASE_GET));
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "etcd " + version + ", jetcd 0.8.7");
    settings.put("replicas", processes.size() + " processes, asked at the leader by gRPC");
    settings.put("durability", "Raft log fsynced; the store committed every 100 ms, its default");
    settings.put("other settings", "defaults, quota 8 GiB");
    settings.put("transaction", "reads in one Txn, then a Txn that compares their revisions");
    return settings;
  }

  @Override
  public void beforeRound() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEADER_SECONDS);
    while (System.nanoTime() - end < 0) {
      for (String endpoint : endpoints) {
        if (leads(endpoint)) {
          connect(endpoint);
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("no leader within " + LEADER_SECONDS + " s");
  }

  private boolean leads(String endpoint) throws InterruptedException {
    try (Client each = Client.builder().endpoints(endpoint).build()) {
      StatusResponse status =
          each.getMaintenanceClient()
              .statusMember(endpoint)
              .get(STATUS_SECONDS, TimeUnit.SECONDS);
      version = status.getVersion();
      return status.getLeader() != 0 && status.getLeader() == status.getHeader().getMemberId();
    } catch (ExecutionException | TimeoutException e) {
      return false; // it is not up yet
    }
  }

  private void connect(String endpoint) {
    if (endpoint.equals(leader)) {
      return;
    }
    if (client != null) {
      client.close();
    }
    client = Client.builder().endpoints(endpoint).build();
    kv = client.getKVClient();
    leader = endpoint;
  }

  private KV kv() {
    KV connected = kv;
    if (connected == null) {
      throw new IllegalStateException("not connected");
    }
    return connected;
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return kv().put(ByteSequence.from(key), ByteSequence.from(value));
  }

  @Override
  public CompletableFuture<?> batch(List<Entry> entries) {
    // The same key twice in a transaction is refused.
    Map<ByteSequence, Op> puts = new LinkedHashMap<>();
    for (Entry entry : entries) {
      ByteSequence key = ByteSequence.from(entry.key());
      puts.put(key, Op.put(key, ByteSequence.from(entry.value()), PutOption.DEFAULT));
    }
    return kv().txn().Then(puts.values().toArray(Op[]::new)).commit();
  }

  @Override
  public CompletableFuture<?> compareAndSet(List<byte[]> keys, byte[] value) {
    return tryToReplace(keys, value);
  }

  private CompletableFuture<TxnResponse> tryToReplace(List<byte[]> keys, byte[] value) {
    Op[] gets =
        keys.stream()
            .map(key -> Op.get(ByteSequence.from(key), GetOption.DEFAULT))
            .toArray(Op[]::new);
    return kv()
        .txn()
        .Then(gets)
        .commit()
        .thenCompose(found -> replace(keys, found, value))
        .thenCompose(
            done ->
                done.isSucceeded()
                    ? CompletableFuture.completedFuture(done)
                    : tryToReplace(keys, value));
  }

  private CompletableFuture<TxnResponse> replace(
      List<byte[]> keys, TxnResponse found, byte[] value) {
    List<Cmp> unchanged = new ArrayList<>();
    List<Op> puts = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      ByteSequence key = ByteSequence.from(keys.get(i));
      GetResponse get = found.getGetResponses().get(i);
      long revision = get.getKvs().isEmpty() ? 0 : get.getKvs().get(0).getModRevision();
      unchanged.add(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(revision)));
      puts.add(Op.put(key, ByteSequence.from(value), PutOption.DEFAULT));
    }
    return kv()
        .txn()
        .If(unchanged.toArray(Cmp[]::new))
        .Then(puts.toArray(Op[]::new))
        .commit();
  }

  @Override
  public CompletableFuture<?> get(byte[] key) {
    return kv()
        .get(ByteSequence.from(key))
        .thenApply(
            answer -> answer.getKvs().isEmpty() ? null : answer.getKvs().get(0).getValue());
  }

  @Override
  public CompletableFuture<? extends Collection<?>> scan(byte[] from, int limit) {
    GetOption range =
        GetOption.builder()
            .withRange(ByteSequence.from(KeySpace.after(from, limit)))
            .withLimit(limit)
            .build();
    return kv().get(ByteSequence.from(from), range).thenApply(GetResponse::getKvs);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    processes.forEach(Process::destroy);
  }
}
