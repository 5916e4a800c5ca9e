// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.testkit.FreePorts;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Where the replicas of a {@link ProcessCluster} run.
 *
 * <p>Example: {@link NamespaceHosts}.
 */
public interface Hosts extends AutoCloseable {

  /** The address, host and port, of each replica by its name. */
  SortedMap<String, String> addresses();

  /** What has to stand before the command of a replica's process, to start it on its host. */
  List<String> commandPrefix(String id);

  /** Gives the hosts back, after the processes have ended. */
  @Override
  void close();

  /** All on this machine's loopback interface, at ports that are free; named n1, n2, and so on. */
  static Hosts loopback(int replicas) {
    SortedMap<String, String> addresses = new TreeMap<>();
    Iterator<Integer> ports = FreePorts.choose(replicas).iterator();
    for (String id : names(replicas)) {
      addresses.put(id, "127.0.0.1:" + ports.next());
    }
    return new Hosts() {
      @Override
      public SortedMap<String, String> addresses() {
        return new TreeMap<>(addresses);
      }

      @Override
      public List<String> commandPrefix(String id) {
        return List.of();
      }

      @Override
      public void close() {}
    };
  }

  /** The names that so many replicas have. */
  static List<String> names(int replicas) {
    return IntStream.rangeClosed(1, replicas).mapToObj(i -> "n" + i).toList();
  }
}
