// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A replica's name in its group and the address it listens on.
 *
 * @param id 1 to 64 letters, digits, '-', '_' or '.'
 * @param port 1 to 65535; 0 for any free one, only in a group of one
 */
record Member(String id, String host, int port) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MAX_PORT = 65535;

  /** Reads {@code host:port}; an IPv6 host stands in brackets. */
  static Member of(String id, String address) {
    if (!ID.matcher(id).matches()) {
      throw new InvalidArgumentException(
          "peer id \""
              + id
              + "\" is invalid: 1 to 64 letters, digits, '-', '_' and '.' are allowed");
    }
    int colon = address.lastIndexOf(':');
    if (colon < 1) {
      throw new InvalidArgumentException(
          "address \"" + address + "\" of peer " + id + " is not of the form host:port");
    }
    String host = address.substring(0, colon);
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    if (host.isBlank() || (host.indexOf(':') >= 0 && !brackets)) {
      throw new InvalidArgumentException(
          "host \"" + host + "\" of peer " + id + " is invalid; write IPv6 as [address]:port");
    }
    return new Member(
        id, brackets ? host.substring(1, host.length() - 1) : host, port(id, address, colon));
  }

  /** Reads {@code n1=host:port,n2=host:port,...}: the members by id, in that order. */
  static Map<String, Member> group(String peers) {
    Map<String, Member> members = new LinkedHashMap<>();
    Map<String, String> owners = new LinkedHashMap<>();
    for (String part : peers.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new InvalidArgumentException(
            "group entry \"" + part.trim() + "\" is not of the form id=host:port");
      }
      Member member = of(part.substring(0, equals).trim(), part.substring(equals + 1).trim());
      if (members.put(member.id(), member) != null) {
        throw new InvalidArgumentException("peer id " + member.id() + " is in the group twice");
      }
      String owner = owners.put(member.address(), member.id());
      if (owner != null) {
        throw new InvalidArgumentException(
            "peers "
                + owner
                + " and "
                + member.id()
                + " have the same address "
                + member.address());
      }
    }
    return members;
  }

  /** {@code host:port}, as the transport wants it. */
  String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  Member withPort(int newPort) {
    return new Member(id, host, newPort);
  }

  private static int port(String id, String address, int colon) {
    int port;
    try {
      port = Integer.parseInt(address.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (port < 1 || port > MAX_PORT) {
      throw new InvalidArgumentException(
          "port \""
              + address.substring(colon + 1)
              + "\" of peer "
              + id
              + " is invalid, allowed are 1 to "
              + MAX_PORT);
    }
    return port;
  }
}
