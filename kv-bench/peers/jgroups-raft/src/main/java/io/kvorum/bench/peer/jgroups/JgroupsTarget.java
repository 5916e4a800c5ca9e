// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.jgroups;

import io.kvorum.bench.driver.Access;
import io.kvorum.bench.driver.Target;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jgroups.raft.Options;
import org.jgroups.raft.RaftHandle;

/** Three channels. */
final class JgroupsTarget implements Target {

  private static final long LEADER_SECONDS = 60;
  private static final long POLL_MILLIS = 5;

  private final List<RaftHandle> handles;
  private volatile RaftHandle leader;

  JgroupsTarget(List<RaftHandle> handles) {
    this.handles = handles;
    this.leader = handles.get(0);
  }

  @Override
  public Set<Access> offers() {
    return EnumSet.of(Access.PUT, Access.GET);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "jgroups-raft 1.1.4.Final");
    settings.put("replicas", handles.size() + " in one JVM over TCP, asked at the leader's channel");
    settings.put(
        "durability", "log fsynced (log_use_fsync); the state is a map in memory, no snapshots");
    settings.put(
        "other settings",
        "defaults; reads by RaftHandle.getAsync: what confirms leadership was not examined");
    return settings;
  }

  @Override
  public void beforeRound() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEADER_SECONDS);
    while (System.nanoTime() - end < 0) {
      for (RaftHandle handle : handles) {
        if (handle.isLeader()) {
          leader = handle;
          return;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("no leader within " + LEADER_SECONDS + " s");
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    byte[] command = new byte[key.length + value.length];
    System.arraycopy(key, 0, command, 0, key.length);
    System.arraycopy(value, 0, command, key.length, value.length);
    try {
      return leader.setAsync(command, 0, command.length, Options.create(true));
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<?> get(byte[] key) {
    try {
      return leader.getAsync(key, 0, key.length, Options.create(false));
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    handles.forEach(handle -> handle.channel().close());
  }
}
