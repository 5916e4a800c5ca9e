// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit;

import io.kvorum.api.AddressInUseException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.raft.KvNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A group of replicas in this process, for tests: each with a directory of its own under one folder
 * and a free port of the loopback interface. The replicas are named n1, n2, and so on.
 *
 * <pre>{@code
 * KvNode follower = cluster.awaitFollower(); // of LocalCluster.start(folder, 3)
 * cluster.stop(follower.id());
 * cluster.awaitKv().put(key, value); // two of three are a majority
 * KvNode restarted = cluster.start(follower.id());
 * byte[] found = restarted.kv().get(key);
 * }</pre>
 *
 * <p>All start at once and are closed at once. Elections are quicker than by default (300 to 600
 * ms), as replicas of one process pause together. Every wait ends after a minute with an
 * IllegalStateException that says what was waited for; {@link #awaitConverged} with an
 * UnavailableException. Not thread-safe, but for {@link #node}, {@link #leader} and {@link
 * #running}.
 */
public final class LocalCluster implements AutoCloseable {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int START_ATTEMPTS = 5;

  private final Path folder;
  private final int size;
  private final Consumer<KvNode.Builder> settings;
  private final List<Integer> ports = new ArrayList<>();

  // guarded by itself
  private final TreeMap<String, KvNode> nodes = new TreeMap<>();

  private LocalCluster(Path folder, int size, Consumer<KvNode.Builder> settings) {
    this.folder = folder;
    this.size = size;
    this.settings = settings;
  }

  /** Starts that many replicas. Returns when all listen, perhaps before one leads. */
  public static LocalCluster start(Path folder, int replicas) {
    return start(folder, replicas, builder -> {});
  }

  /**
   * Starts that many replicas, each with these settings on top of its directory, group and election
   * timeout. They are applied again at every {@link #start(String)}.
   */
  public static LocalCluster start(Path folder, int replicas, Consumer<KvNode.Builder> settings) {
    if (replicas < 1) {
      throw new IllegalArgumentException("replicas is " + replicas + ", it must be positive");
    }
    for (int attempt = 1; ; attempt++) {
      LocalCluster cluster = new LocalCluster(folder, replicas, settings);
      try {
        cluster.ports.addAll(FreePorts.choose(replicas));
        cluster.startAll();
        return cluster;
      } catch (AddressInUseException e) {
        // Somebody else took a port between choosing it and listening on it.
        cluster.close();
        if (attempt == START_ATTEMPTS) {
          throw e;
        }
      } catch (RuntimeException e) {
        cluster.close();
        throw e;
      }
    }
  }

  /**
   * Starts the replicas of an earlier cluster on what is left of their directories. The addresses
   * are in their logs, so the ports must be those of that cluster.
   *
   * @param ports what {@link #ports} told
   * @throws AddressInUseException if one was taken meanwhile; nothing runs then
   */
  public static LocalCluster reopen(
      Path folder, List<Integer> ports, Consumer<KvNode.Builder> settings) {
    LocalCluster cluster = new LocalCluster(folder, ports.size(), settings);
    cluster.ports.addAll(ports);
    try {
      cluster.startAll();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The names of all replicas, running or not. */
  public List<String> ids() {
    List<String> ids = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      ids.add("n" + i);
    }
    return ids;
  }

  /** The replicas that run, by name. */
  public List<KvNode> running() {
    synchronized (nodes) {
      return List.copyOf(nodes.values());
    }
  }

  /** A replica that runs. */
  public KvNode node(String id) {
    KvNode node = find(id);
    if (node == null) {
      throw new IllegalStateException("replica " + id + " does not run");
    }
    return node;
  }

  /** The directory of a replica. */
  public Path directory(String id) {
    return folder.resolve(id);
  }

  /** The address a replica listens on when it runs, {@code host:port}. */
  public String address(String id) {
    return address(ids().indexOf(id));
  }

  /** The ports the replicas listen on, in the order of their names. */
  public List<Integer> ports() {
    return List.copyOf(ports);
  }

  /** The replica that leads and is ready; the more advanced one when two believe they do. */
  public Optional<KvNode> leader() {
    return running().stream()
        .filter(KvNode::isLeader)
        .max((a, b) -> a.appliedPosition().compareTo(b.appliedPosition()));
  }

  /** Waits until a replica leads and is ready. */
  public KvNode awaitLeader() {
    return await("a leader", this::leader);
  }

  /** Waits until a majority takes writes, through whichever replica, and returns the store. */
  public ReplicatedKv awaitKv() {
    return awaitLeader().kv();
  }

  /** A running replica that does not lead, once another one does. */
  public KvNode awaitFollower() {
    return await(
        "a follower",
        () -> {
          Optional<KvNode> leader = leader();
          return running().stream()
              .filter(node -> leader.isPresent() && !node.isLeader())
              .filter(node -> node.leader().equals(leader.map(KvNode::id)))
              .findFirst();
        });
  }

  /** Waits until every running replica has applied what the most advanced one has applied now. */
  public void awaitConverged() {
    long index = running().stream().mapToLong(n -> n.appliedPosition().index()).max().orElse(-1);
    for (KvNode node : running()) {
      node.awaitApplied(index, Duration.ofNanos(PATIENCE_NANOS));
    }
  }

  /** Starts a replica that does not run, on its directory as it is. */
  public KvNode start(String id) {
    if (find(id) != null) {
      throw new IllegalStateException("replica " + id + " runs already");
    }
    return start(id, described(id));
  }

  /* The settings are the caller's code, so they are asked by the caller's thread alone. */
  private void startAll() {
    List<Runnable> starts = new ArrayList<>();
    for (String id : ids()) {
      KvNode.Builder builder = described(id);
      starts.add(() -> start(id, builder));
    }
    Together.run(starts, AddressInUseException.class::isInstance);
  }

  private KvNode.Builder described(String id) {
    KvNode.Builder builder =
        KvNode.builder()
            .dataDir(directory(id))
            .peer(id, address(id))
            .group(group())
            .electionTimeout(Duration.ofMillis(300), Duration.ofMillis(600));
    settings.accept(builder);
    return builder;
  }

  private KvNode start(String id, KvNode.Builder builder) {
    KvNode node = builder.start();
    synchronized (nodes) {
      nodes.put(id, node);
    }
    return node;
  }

  /** Closes a replica. */
  public void stop(String id) {
    KvNode node = node(id);
    synchronized (nodes) {
      nodes.remove(id);
    }
    node.close();
  }

  /** Closes a replica and starts it again. */
  public KvNode restart(String id) {
    stop(id);
    return start(id);
  }

  /** {@code n1=host:port,...} as every replica is told. */
  public String group() {
    StringBuilder group = new StringBuilder();
    for (int i = 0; i < size; i++) {
      group.append(i == 0 ? "" : ",").append(ids().get(i)).append('=').append(address(i));
    }
    return group.toString();
  }

  /** Closes every replica that runs, all at once. The folder stays. */
  @Override
  public void close() {
    List<Runnable> stops = new ArrayList<>();
    for (KvNode node : running()) {
      stops.add(() -> stop(node.id()));
    }
    Together.run(stops, failure -> true);
  }

  private @Nullable KvNode find(String id) {
    synchronized (nodes) {
      return nodes.get(id);
    }
  }

  private String address(int i) {
    return "127.0.0.1:" + ports.get(i);
  }

  private <T> T await(String what, Supplier<Optional<T>> poll) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() - end < 0) {
      Optional<T> found = poll.get();
      if (found.isPresent()) {
        return found.get();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new IllegalStateException("waited a minute for " + what);
  }
}
