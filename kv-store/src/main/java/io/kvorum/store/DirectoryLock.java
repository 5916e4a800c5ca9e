// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreLockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. A file lock of POSIX belongs to the process: closing any channel on the file
 * gives it up, even one that was opened only to find the lock taken. So a second opener in the same
 * process must be turned away before it opens the file, and what this process has locked is kept in a
 * set of its own.
 */

/** Keeps a directory for one opener, in this process and against others. */
public final class DirectoryLock implements AutoCloseable {

  private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;

  private DirectoryLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Locks the file {@code LOCK} in an existing directory, making it if it is missing.
   *
   * @throws StoreLockedException if the directory is locked already
   */
  public static DirectoryLock take(Path directory) throws IOException {
    return take(directory, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /**
   * As {@link #take}, but makes nothing.
   *
   * @throws InvalidArgumentException if there is no file {@code LOCK}
   */
  public static DirectoryLock takeExisting(Path directory) throws IOException {
    if (!Files.isRegularFile(directory.resolve("LOCK"))) {
      throw new InvalidArgumentException(
          directory + " has no LOCK file: it is neither a store nor a replica's data directory");
    }
    return take(directory, Set.of(StandardOpenOption.WRITE));
  }

  private static DirectoryLock take(Path directory, Set<StandardOpenOption> options)
      throws IOException {
    Path key = directory.toRealPath();
    if (!LOCKED_HERE.add(key)) {
      throw locked(directory);
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(directory.resolve("LOCK"), options);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw locked(directory);
      }
      return new DirectoryLock(key, channel);
    } catch (IOException | RuntimeException e) {
      release(key, channel);
      throw e;
    }
  }

  private static StoreLockedException locked(Path directory) {
    return new StoreLockedException(
        directory
            + " is open already, in this process or another one; close it there, or use another"
            + " directory",
        null);
  }

  /** Whether {@link #mark} was ever called for this directory. */
  public boolean isMarked() throws IOException {
    return channel.size() > 0;
  }

  /** Leaves a mark in the lock file, durable on return. */
  public void mark() throws IOException {
    if (!isMarked()) {
      channel.write(ByteBuffer.wrap(new byte[] {'u', 's', 'e', 'd', '\n'}));
      channel.force(true);
    }
  }

  private static void release(Path key, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      LOCKED_HERE.remove(key);
    }
  }

  /** Idempotent. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      release(key, channel);
    }
  }
}
