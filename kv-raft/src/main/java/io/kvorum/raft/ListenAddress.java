// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.AddressInUseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Tries addresses before Ratis does, whose answer to a taken one is to end the process. */
final class ListenAddress {

  private ListenAddress() {}

  /**
   * Binds the address for a moment.
   *
   * @return its port, chosen freely if the member's is 0
   * @throws AddressInUseException if it cannot be bound
   */
  static int probe(Member member) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(member.host()), member.port()));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw taken(member, e);
    }
  }

  static AddressInUseException taken(Member member, Throwable cause) {
    return new AddressInUseException(
        "replica "
            + member.id()
            + " cannot listen on "
            + member.address()
            + ": "
            + cause.getMessage()
            + "; stop what listens there, or choose another address",
        cause);
  }
}
