// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/*
 * Implementation notes. Each replica has a network namespace with one interface, eth0, whose other
 * end hangs at a bridge. Nothing but these hosts is reachable over the bridge, and it has no address
 * of its own, so that several of them can live side by side. A direction is cut by a blackhole route
 * in the sender's namespace: what an open connection sends is lost without a word, as it is when a
 * cable is pulled, and nothing else has to be installed for it.
 */

/**
 * Hosts that are network namespaces of this machine, so that the network between them can be cut.
 * Needs Linux, root, and iproute2. Not thread-safe.
 *
 * <pre>{@code
 * NamespaceHosts hosts = NamespaceHosts.create(3); // without a network: Hosts.loopback(3)
 * try (ProcessCluster cluster = ProcessCluster.start(folder, hosts, min, max)) {
 *   cluster.awaitEveryLog();
 *   String old = cluster.awaitLeader();
 *   hosts.isolate(old); // both ways; cut() loses what goes one way
 *   String next = cluster.awaitLeaderAmong(cluster.others(old));
 *   writesTo(cluster, old, next);
 *   hosts.heal();
 *   cluster.awaitSameHash();
 *   readsFrom(cluster, cluster.ids());
 * }
 * }</pre>
 */
public final class NamespaceHosts implements Hosts {

  private static final int PORT = 7101;
  private static final long COMMAND_SECONDS = 20;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String prefix; // of all names; an interface has at most 15 characters
  private final List<String> ids;
  private final TreeSet<String> cuts = new TreeSet<>();

  private NamespaceHosts(int replicas) {
    this.prefix =
        "kv" + Long.toString(ProcessHandle.current().pid(), 36) + "x" + COUNT.incrementAndGet();
    this.ids = Hosts.names(replicas);
  }

  /** Makes the hosts. */
  public static NamespaceHosts create(int replicas) {
    NamespaceHosts hosts = new NamespaceHosts(replicas);
    try {
      hosts.make();
      return hosts;
    } catch (RuntimeException e) {
      hosts.close();
      throw e;
    }
  }

  /** Why such hosts cannot be made here; empty if they can. */
  public static Optional<String> unavailable() {
    try (NamespaceHosts unused = create(1)) {
      return Optional.empty();
    } catch (ReplicaProcessException e) {
      return Optional.of("network namespaces need Linux, root and iproute2: " + e.getMessage());
    }
  }

  private void make() {
    ip("link", "add", bridge(), "type", "bridge");
    ip("link", "set", bridge(), "up");
    for (String id : ids) {
      ip("netns", "add", namespace(id));
      ip(
          "link",
          "add",
          outside(id),
          "type",
          "veth",
          "peer",
          "name",
          "eth0",
          "netns",
          namespace(id));
      ip("link", "set", outside(id), "master", bridge(), "up");
      ip("-n", namespace(id), "addr", "add", host(id) + "/24", "dev", "eth0");
      ip("-n", namespace(id), "link", "set", "eth0", "up");
      ip("-n", namespace(id), "link", "set", "lo", "up");
    }
  }

  // ---- the network ---------------------------------------------------------------------------

  /** Loses everything that one sends to the other; not what comes back. */
  public void cut(String from, String to) {
    if (!from.equals(to) && cuts.add(from + " " + to)) {
      ip("-n", namespace(from), "route", "add", "blackhole", host(to) + "/32");
    }
  }

  /** Cuts a host off from all others, in both directions. */
  public void isolate(String id) {
    for (String other : ids) {
      cut(id, other);
      cut(other, id);
    }
  }

  /** Mends all cuts. */
  public void heal() {
    for (String cut : cuts) {
      String[] ends = cut.split(" ", 2);
      ip("-n", namespace(ends[0]), "route", "del", "blackhole", host(ends[1]) + "/32");
    }
    cuts.clear();
  }

  // ---- the hosts -----------------------------------------------------------------------------

  @Override
  public SortedMap<String, String> addresses() {
    SortedMap<String, String> addresses = new TreeMap<>();
    ids.forEach(id -> addresses.put(id, host(id) + ":" + PORT));
    return addresses;
  }

  @Override
  public List<String> commandPrefix(String id) {
    return List.of("ip", "netns", "exec", namespace(id)); // which becomes the command: same pid
  }

  /** Removes what is there of them; whatever cannot be removed is left to the machine's end. */
  @Override
  public void close() {
    for (String id : ids) {
      String unused = run(List.of("ip", "netns", "del", namespace(id)));
    }
    String unused = run(List.of("ip", "link", "del", bridge()));
  }

  private String bridge() {
    return prefix + "b";
  }

  private String namespace(String id) {
    return prefix + id;
  }

  private String outside(String id) {
    return prefix + "v" + id.substring(1);
  }

  private String host(String id) {
    return "10.77.0." + (ids.indexOf(id) + 1);
  }

  // ---- the command ---------------------------------------------------------------------------

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    String error = run(command);
    if (!error.isEmpty()) {
      throw new ReplicaProcessException(String.join(" ", command) + ": " + error);
    }
  }

  /** What went wrong; empty if nothing did. */
  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "it did not end within " + COMMAND_SECONDS + " s";
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      return process.exitValue() == 0 ? "" : "exit code " + process.exitValue() + ", " + output;
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
