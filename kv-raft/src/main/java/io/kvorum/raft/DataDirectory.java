// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreLockedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one replica, locked while it is open:
 *
 * <pre>
 * LOCK      held by the process that has it open
 * raft/     the Raft log, votes and checkpoints, as Ratis lays them out
 * store/    the replicated key space
 * local/    the node-local key space: a database of its own, so no install touches it
 * </pre>
 */
final class DataDirectory implements AutoCloseable {

  private final Path root;
  private final FileChannel channel;

  private DataDirectory(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /**
   * Makes the directory and what is missing in it, durably, and locks it.
   *
   * @throws StoreLockedException if it is open already, here or in another process
   * @throws StoreFailedException if it cannot be used
   */
  static DataDirectory open(Path dir) {
    Path root = dir.toAbsolutePath().normalize();
    try {
      makeDirectory(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      DataDirectory opened = new DataDirectory(root, channel);
      try {
        opened.lock();
        makeDirectory(opened.raft());
        sync(root);
        return opened;
      } catch (IOException | RuntimeException e) {
        channel.close();
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
      channel.close();
    } catch (IOException e) {
      throw new StoreFailedException("unlocking " + root, e);
    }
  }

  private void lock() throws IOException {
    FileLock lock = tryLock(channel);
    if (lock == null) {
      throw new StoreLockedException(
          "the data directory "
              + root
              + " is open already, in this process or another one: close that node first",
          null);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /* With its parents, each fsynced into its own parent. */
  private static void makeDirectory(Path dir) throws IOException {
    if (Files.isDirectory(dir)) {
      return;
    }
    Path parent = dir.getParent();
    if (parent != null) {
      makeDirectory(parent);
    }
    Files.createDirectory(dir);
    if (parent != null) {
      sync(parent);
    }
  }

  private static void sync(Path dir) throws IOException {
    try (FileChannel opened = FileChannel.open(dir, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }
}
