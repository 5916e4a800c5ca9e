// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.SyncMode;
import io.kvorum.raft.ReplicaHash;
import io.kvorum.testkit.history.BasicKv;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A group of replicas, each in a JVM of its own, that can be killed, paused and restarted. They are
 * named n1, n2, and so on; POSIX only.
 *
 * <pre>{@code
 * String leader = cluster.awaitLeader(); // of ProcessCluster.start(folder, 3)
 * cluster.kill(leader);
 * String next = cluster.awaitLeaderAmong(cluster.others(leader));
 * BasicKv kv = cluster.kv(next, Duration.ofSeconds(20)); // until cluster.restart(leader)
 * }</pre>
 *
 * <p>Every wait for a state of the group ends after a minute with an IllegalStateException that
 * says what was waited for; a replica that does not start or answer is a {@link
 * ReplicaProcessException}. Closing kills the processes: no child outlives the parent. Thread-safe,
 * but one thread at a time makes faults.
 */
public final class ProcessCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration QUESTION = Duration.ofSeconds(20);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Path folder;
  private final Hosts hosts;
  private final SortedMap<String, String> addresses;
  private final List<String> settings;
  private final ConcurrentMap<String, ReplicaProcess> processes = new ConcurrentHashMap<>();

  private ProcessCluster(Path folder, Hosts hosts, List<String> settings) {
    this.folder = folder;
    this.hosts = hosts;
    this.addresses = hosts.addresses();
    this.settings = settings;
  }

  /** Replicas with default settings; returns when all run, perhaps before one leads. */
  public static ProcessCluster start(Path folder, int replicas) {
    return start(folder, Hosts.loopback(replicas), List.of(SyncMode.SYNC.name()));
  }

  /** The same with another election timeout. */
  public static ProcessCluster start(Path folder, int replicas, Duration min, Duration max) {
    return start(folder, Hosts.loopback(replicas), min, max);
  }

  /**
   * The same on hosts of their own.
   *
   * @param hosts given back by {@link #close}
   */
  public static ProcessCluster start(Path folder, Hosts hosts, Duration min, Duration max) {
    return start(
        folder, hosts, List.of(SyncMode.SYNC.name(), "" + min.toMillis(), "" + max.toMillis()));
  }

  private static ProcessCluster start(Path folder, Hosts hosts, List<String> settings) {
    ProcessCluster cluster = new ProcessCluster(folder, hosts, settings);
    try {
      Files.createDirectories(folder);
      for (String id : cluster.ids()) {
        cluster.processes.put(id, ReplicaProcess.start(cluster.spec(id)));
      }
      cluster.processes.values().forEach(ReplicaProcess::awaitReady);
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The names of all replicas, running or not. */
  public List<String> ids() {
    return List.copyOf(addresses.keySet());
  }

  /** The names of all but one. */
  public List<String> others(String id) {
    return ids().stream().filter(other -> !other.equals(id)).toList();
  }

  /** The process of a replica, the last one if it was restarted. */
  public ReplicaProcess process(String id) {
    ReplicaProcess process = processes.get(id);
    if (process == null) {
      throw new IllegalStateException("replica " + id + " was never started");
    }
    return process;
  }

  /** The store as a replica offers it. */
  public BasicKv kv(String id, Duration timeout) {
    return new ProcessKv(process(id), timeout);
  }

  /**
   * The next events of a watch at a replica: so many, or those that come in that time. Each call is
   * a new subscription.
   *
   * @throws io.kvorum.api.KvException as the watch, or if the replica does not answer
   */
  public List<CommitEvent> watch(
      String id, KeyRange range, long afterTs, int limit, Duration patience) {
    return new ProcessKv(process(id), patience).watch(range, afterTs, limit);
  }

  /** What a replica's own copy holds, without asking anybody: not linearizable. */
  public Optional<byte[]> localGet(String id, byte[] key) {
    String word = process(id).ask("LOCAL-GET " + Words.word(key), QUESTION);
    return Optional.ofNullable(Words.bytesOrNull(word));
  }

  /** Waits until a majority of all replicas names the same leader. */
  public String awaitLeader() {
    return await("a leader", () -> leaderOf(ids()));
  }

  /** Waits until all of these name the same leader, one of them. */
  public String awaitLeaderAmong(List<String> ids) {
    return await("a leader among " + ids, () -> leaderOf(ids).filter(ids::contains));
  }

  /**
   * Waits until every replica, all must run, has applied an entry. A test that makes faults begins
   * with this: once something is committed, a candidate accepts no vote of a replica with an empty
   * log, since that may have lost what it had acknowledged; so such a one counts as failed.
   */
  public void awaitEveryLog() {
    List<String> unused =
        await(
            "an entry in every log",
            () ->
                ids().stream().allMatch(id -> process(id).status().applied().index() >= 0)
                    ? Optional.of(ids())
                    : Optional.empty());
  }

  private Optional<String> leaderOf(List<String> ids) {
    Map<String, Integer> votes = new TreeMap<>();
    for (String id : ids) {
      try {
        Optional<String> leader = process(id).status().leader();
        leader.ifPresent(name -> votes.merge(name, 1, Integer::sum));
      } catch (ReplicaProcessException e) {
        // Killed, paused, or on its way: it has no say.
      }
    }
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() > addresses.size() / 2)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Kills a replica with SIGKILL. */
  public void kill(String id) {
    process(id).kill();
  }

  /** Starts a killed replica again on what is left of its directory; waits until it runs. */
  public void restart(String id) {
    process(id).kill();
    ReplicaProcess process = ReplicaProcess.start(spec(id));
    processes.put(id, process);
    process.awaitReady();
  }

  /** Freezes a replica with SIGSTOP. */
  public void pause(String id) {
    process(id).pause();
  }

  /** Lets a paused replica go on. */
  public void resume(String id) {
    process(id).resume();
  }

  /** Waits until all replicas, which must run, hold the same bytes at the same log position. */
  public ReplicaHash awaitSameHash() {
    return await(
        "equal hashes",
        () -> {
          List<ReplicaHash> hashes = new ArrayList<>();
          ids().forEach(id -> hashes.add(process(id).hash()));
          return hashes.stream().distinct().count() == 1
              ? Optional.of(hashes.get(0))
              : Optional.empty();
        });
  }

  /** Kills everything, and gives back the hosts. */
  @Override
  public void close() {
    processes.values().forEach(ReplicaProcess::kill);
    hosts.close();
  }

  private ReplicaSpec spec(String id) {
    List<String> jvm = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    List<String> group = new ArrayList<>();
    addresses.forEach((member, address) -> group.add(member + "=" + address));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(id, String.join(",", group), folder.resolve(id).toString()));
    arguments.addAll(settings);
    return new ReplicaSpec(
        id, hosts.commandPrefix(id), folder, jvm, ReplicaMain.class.getName(), arguments);
  }

  private static <T> T await(String what, Supplier<Optional<T>> poll) {
    long end = System.nanoTime() + PATIENCE.toNanos();
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
