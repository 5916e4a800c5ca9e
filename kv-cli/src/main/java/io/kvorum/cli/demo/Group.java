// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.api.KvException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.cli.replica.ReplicaAddress;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.FreePorts;
import io.kvorum.testkit.process.ReplicaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The replicas of a demo: n1 in this process, the others in their own. Used by one thread, except
 * for {@link #killChildren()}.
 */
final class Group implements AutoCloseable {

  private static final Duration LEADER = Duration.ofSeconds(30);
  private static final Duration TRANSFER = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 10;

  private final KvNode embedded;
  private final Map<String, ReplicaAddress> specs;
  private final ConcurrentMap<String, ReplicaProcess> children;

  private Group(
      KvNode embedded,
      Map<String, ReplicaAddress> specs,
      ConcurrentMap<String, ReplicaProcess> children) {
    this.embedded = embedded;
    this.specs = specs;
    this.children = children;
  }

  /** Starts all replicas on free loopback ports; returns when they run. */
  static Group start(int replicas, Path folder, SyncMode syncMode) {
    Map<String, ReplicaAddress> specs = specs(replicas, folder, syncMode);
    ConcurrentMap<String, ReplicaProcess> children = new ConcurrentHashMap<>();
    KvNode embedded = null;
    try {
      for (ReplicaAddress spec : specs.values()) {
        if (!spec.id().equals("n1")) {
          children.put(spec.id(), ReplicaProcess.start(spec.process()));
        }
      }
      ReplicaAddress own = spec(specs, "n1");
      embedded =
          KvNode.builder()
              .dataDir(own.data())
              .peer(own.id(), own.address())
              .group(own.group())
              .storeOptions(StoreOptions.defaults())
              .fsmSyncMode(syncMode)
              .start();
      for (ReplicaProcess child : children.values()) {
        child.awaitReady();
      }
      return new Group(embedded, specs, children);
    } catch (RuntimeException e) {
      children.values().forEach(ReplicaProcess::kill);
      if (embedded != null) {
        embedded.close();
      }
      throw e;
    }
  }

  /** The replica in this process. */
  KvNode embedded() {
    return embedded;
  }

  /** The replicas in processes of their own. */
  List<ReplicaProcess> children() {
    return List.copyOf(children.values());
  }

  /** Waits for a leader. */
  String awaitLeader() {
    long deadline = System.nanoTime() + LEADER.toNanos();
    while (true) {
      Optional<String> leader = embedded.leader();
      if (leader.isPresent()) {
        return leader.get();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new DemoFailedException(
            "no replica became leader within " + LEADER.toSeconds() + " s", null);
      }
      pause();
    }
  }

  /** Makes a child the leader, if none is, and names it. */
  String moveLeadershipToChild() {
    long deadline = System.nanoTime() + LEADER.toNanos();
    while (true) {
      String leader = awaitLeader();
      if (!leader.equals(embedded.id())) {
        return leader;
      }
      try {
        embedded.transferLeadership("n2", TRANSFER);
      } catch (KvException e) {
        // A follower that starts is behind for a moment, and then cannot take over: ask again.
        if (System.nanoTime() - deadline > 0) {
          throw new DemoFailedException("leadership did not move: " + e.getMessage(), e);
        }
        pause();
      }
    }
  }

  /** Kills a child as {@code kill -9} does. */
  void kill(String id) {
    child(id).kill();
  }

  /** Starts a killed child again, on its old folder and port; does not wait for it. */
  ReplicaProcess restart(String id) {
    ReplicaProcess child = ReplicaProcess.start(spec(specs, id).process());
    children.put(id, child);
    return child;
  }

  /** Leaves no process behind; may be called from any thread. */
  void killChildren() {
    children().forEach(ReplicaProcess::kill);
  }

  @Override
  public void close() {
    children().forEach(ReplicaProcess::close);
    embedded.close();
  }

  private ReplicaProcess child(String id) {
    ReplicaProcess child = children.get(id);
    if (child == null) {
      throw new IllegalArgumentException("no child " + id);
    }
    return child;
  }

  static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailedException("interrupted", e);
    }
  }

  private static ReplicaAddress spec(Map<String, ReplicaAddress> specs, String id) {
    ReplicaAddress spec = specs.get(id);
    if (spec == null) {
      throw new IllegalArgumentException("no replica " + id);
    }
    return spec;
  }

  private static Map<String, ReplicaAddress> specs(int replicas, Path folder, SyncMode syncMode) {
    List<Integer> ports = FreePorts.choose(replicas);
    List<String> addresses = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    String group =
        IntStream.range(0, replicas)
            .mapToObj(i -> "n" + (i + 1) + "=" + addresses.get(i))
            .collect(Collectors.joining(","));
    Map<String, ReplicaAddress> specs = new LinkedHashMap<>();
    for (int i = 0; i < replicas; i++) {
      String id = "n" + (i + 1);
      specs.put(id, new ReplicaAddress(id, addresses.get(i), group, folder, syncMode));
    }
    return specs;
  }
}
