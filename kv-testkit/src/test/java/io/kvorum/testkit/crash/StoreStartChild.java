// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import io.kvorum.api.SyncMode;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.powerloss.Acknowledgements;
import java.nio.file.Path;

/**
 * Opens a store on what a crash has left, to be hit by the next crash meanwhile: root, mode, what
 * was left. It acknowledges that everything which was left is on the disk, then that it is open.
 */
final class StoreStartChild {

  private StoreStartChild() {}

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    SyncMode mode = SyncMode.valueOf(args[1]);
    try (Acknowledgements acks = Acknowledgements.open()) {
      DurableCopy.of(Path.of(args[2]), root);
      acks.record("left");
      try (RocksMvccStore store =
          RocksMvccStore.open(root.resolve(StoreChild.STORE), StoreChild.options(mode))) {
        acks.record("open " + store.appliedPosition());
        Runtime.getRuntime().halt(0);
      }
    }
  }
}
