// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Directories, and files in them, whose names survive a power loss. */
public final class DurableDirectory {

  private DurableDirectory() {}

  /**
   * Makes a directory and the parents that are missing, each fsynced into its own parent.
   *
   * <p>Others may be making the same ones. The deepest that exists already is fsynced into its
   * parent too, if that can be read: whoever made it may have died before it did so.
   *
   * @throws IOException if a file stands where a directory should be, or one cannot be made
   */
  public static void create(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (Files.isDirectory(absolute)) {
      if (parent != null && Files.isReadable(parent)) {
        sync(parent);
      }
      return;
    }
    if (parent != null) {
      create(parent);
    }
    try {
      Files.createDirectory(absolute);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(absolute)) {
        throw e;
      }
    }
    if (parent != null) {
      sync(parent);
    }
  }

  /** Fsyncs a directory, so that the names in it are durable. */
  public static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Writes a file of an existing directory, in place of one that may be there; durable on return.
   * After a power loss either is there, as a whole.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
    write(temporary, content);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    sync(target.resolveSibling("."));
  }

  /** Writes a file, over one that may be there, and fsyncs its content (not its name). */
  public static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
        int unused = channel.write(rest);
      }
      channel.force(true);
    }
  }
}
