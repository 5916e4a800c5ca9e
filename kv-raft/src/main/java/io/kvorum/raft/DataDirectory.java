// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.StoreFailedException;
import io.kvorum.store.DirectoryLock;
import io.kvorum.store.DurableDirectory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The directory of one replica, locked while it is open:
 *
 * <pre>
 * LOCK      held by the process that has it open
 * IDENTITY  whose data it is, see {@link ReplicaIdentity}
 * raft/     the Raft log, votes and checkpoints, as Ratis lays them out
 * store/    the replicated key space
 * local/    the node-local key space: a database of its own, so no install touches it
 * </pre>
 */
final class DataDirectory implements AutoCloseable {

  private final Path root;
  private final DirectoryLock lock;

  private DataDirectory(Path root, DirectoryLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Makes the directory and what is missing in it, durably, and locks it.
   *
   * @throws io.kvorum.api.InvalidArgumentException if it holds the data of another replica
   * @throws io.kvorum.api.StoreLockedException if it is open already, here or in another process
   * @throws StoreFailedException if it cannot be used
   */
  static DataDirectory open(Path dir, ReplicaIdentity identity) {
    Path root = dir.toAbsolutePath().normalize();
    try {
      DurableDirectory.create(root);
      DirectoryLock lock = DirectoryLock.take(root);
      try {
        identity.claim(root, lock);
        DataDirectory opened = new DataDirectory(root, lock);
        DurableDirectory.create(opened.raft());
        DurableDirectory.sync(root);
        return opened;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreFailedException(
          "the data directory " + root + " cannot be used: " + e.getMessage(), e);
    }
  }

  Path root() {
    return root;
  }

  Path raft() {
    return root.resolve("raft");
  }

  Path store() {
    return root.resolve("store");
  }

  Path local() {
    return root.resolve("local");
  }

  /** Unlocks it. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new StoreFailedException("unlocking " + root, e);
    }
  }
}
