// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.LocalCluster;
import io.kvorum.testkit.powerloss.Acknowledgements;
import java.nio.file.Path;

/**
 * Starts a group on what a crash has left, to be hit by the next crash meanwhile: root, mode, what
 * was left, ports. It acknowledges that everything which was left is on the disk, then that the
 * group takes writes.
 */
final class GroupStartChild {

  private GroupStartChild() {}

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    SyncMode mode = SyncMode.valueOf(args[1]);
    try (Acknowledgements acks = Acknowledgements.open()) {
      DurableCopy.of(Path.of(args[2]), root);
      acks.record("left");
      try (LocalCluster cluster =
          LocalCluster.reopen(root, GroupChild.ports(args[3]), GroupChild.settings(mode))) {
        GroupVerdict.awaitWrite(cluster, "again");
        cluster.awaitConverged();
        acks.record("up");
        Runtime.getRuntime().halt(0);
      }
    }
  }
}
