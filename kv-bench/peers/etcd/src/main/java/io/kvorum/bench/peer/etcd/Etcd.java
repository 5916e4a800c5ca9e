// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.etcd;

import io.kvorum.bench.driver.Target;
import io.kvorum.bench.peer.TargetFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the processes. They end with this JVM. */
public final class Etcd implements TargetFactory {

  @Override
  public Target start(Path folder, int replicas, List<Integer> ports) throws Exception {
    List<String> clients = new ArrayList<>();
    List<String> peers = new ArrayList<>();
    StringBuilder cluster = new StringBuilder();
    for (int i = 0; i < replicas; i++) {
      clients.add("http://127.0.0.1:" + ports.get(2 * i));
      peers.add("http://127.0.0.1:" + ports.get(2 * i + 1));
      cluster.append(i == 0 ? "" : ",").append("n").append(i).append("=").append(peers.get(i));
    }
    List<Process> processes = new ArrayList<>();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> processes.forEach(Process::destroyForcibly)));
    for (int i = 0; i < replicas; i++) {
      List<String> command =
          List.of(
              "etcd",
              "--name=n" + i,
              "--data-dir=" + folder.resolve("n" + i),
              "--listen-client-urls=" + clients.get(i),
              "--advertise-client-urls=" + clients.get(i),
              "--listen-peer-urls=" + peers.get(i),
              "--initial-advertise-peer-urls=" + peers.get(i),
              "--initial-cluster=" + cluster,
              "--initial-cluster-state=new",
              "--quota-backend-bytes=8589934592");
      processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("n" + i + ".log").toFile())
              .start());
    }
    EtcdTarget target = new EtcdTarget(processes, clients);
    target.beforeRound();
    return target;
  }
}
