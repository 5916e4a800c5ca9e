// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kvorum.raft.log.RaftLogTail;
import io.kvorum.testkit.powerloss.Acknowledgements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Leaves an open segment as a killed process does, and starts over it. */
final class RaftLogStartChild {

  static final String SEGMENT = "log_inprogress_0";
  static final String CONTENT = "RaftLog1" + "\0".repeat(4096);

  private RaftLogStartChild() {}

  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    try (Acknowledgements acks = Acknowledgements.open()) {
      Files.write(root.resolve(SEGMENT), CONTENT.getBytes(US_ASCII));
      acks.record("written");
      RaftLogTail.check(root, 1024);
      acks.record("checked");
    }
  }
}
