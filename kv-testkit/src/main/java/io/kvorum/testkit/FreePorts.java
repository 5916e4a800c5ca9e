// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of the loopback interface on which nobody listened a moment ago.
 *
 * <pre>{@code
 * Object[] ports = FreePorts.choose(3).toArray();
 * String group = String.format("n1=127.0.0.1:%d,n2=127.0.0.1:%d,n3=127.0.0.1:%d", ports);
 * KvNode.Builder n1 = KvNode.builder().dataDir(dir).group(group).peer("n1");
 * }</pre>
 */
public final class FreePorts {

  private FreePorts() {}

  /** That many, all different. */
  public static List<Integer> choose(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      // All at once, so that they differ.
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException("choosing free ports", e);
    }
  }
}
