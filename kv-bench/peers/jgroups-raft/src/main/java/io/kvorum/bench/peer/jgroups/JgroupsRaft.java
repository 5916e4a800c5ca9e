// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.peer.jgroups;

import io.kvorum.bench.driver.Target;
import io.kvorum.bench.peer.TargetFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.NO_DUPES;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.raft.RaftHandle;

/** Starts the channels, with the protocols of the stack that the library comes with, over TCP. */
public final class JgroupsRaft implements TargetFactory {

  /** Above what a run writes, so that the log is never replaced by a snapshot. */
  private static final long LOG_BYTES = 64L << 30;

  @Override
  public Target start(Path folder, int replicas, List<Integer> ports) throws Exception {
    List<InetSocketAddress> addresses = new ArrayList<>();
    List<String> members = new ArrayList<>();
    for (int port : ports.subList(0, replicas)) {
      addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      members.add("n" + addresses.size());
    }
    List<RaftHandle> handles = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      String name = members.get(i);
      RAFT raft =
          new RAFT()
              .members(members)
              .raftId(name)
              .logDir(Files.createDirectories(folder.resolve(name)).toString())
              .logUseFsync(true)
              .maxLogSize(LOG_BYTES);
      JChannel channel = channel(addresses, i, raft).name(name);
      handles.add(new RaftHandle(channel, new MapMachine()));
      channel.connect("bench");
    }
    JgroupsTarget target = new JgroupsTarget(handles);
    target.beforeRound();
    return target;
  }

  private static JChannel channel(List<InetSocketAddress> addresses, int self, RAFT raft)
      throws Exception {
    TCP tcp = new TCP();
    tcp.setBindAddress(addresses.get(self).getAddress());
    tcp.setBindPort(addresses.get(self).getPort());
    TCPPING ping = new TCPPING();
    ping.setInitialHosts(addresses);
    return new JChannel(
        tcp,
        ping,
        new MERGE3(),
        new FD_ALL3(),
        new VERIFY_SUSPECT2(),
        new NAKACK2(),
        new UNICAST3(),
        new STABLE(),
        new NO_DUPES(),
        new GMS().setJoinTimeout(2_000),
        new UFC(),
        new MFC(),
        new FRAG4(),
        new ELECTION(),
        raft,
        new REDIRECT());
  }
}
