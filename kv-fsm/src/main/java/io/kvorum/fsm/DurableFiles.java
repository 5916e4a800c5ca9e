// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files and directories that must be there after a power loss, or must be gone. */
final class DurableFiles {

  private DurableFiles() {}

  /** Fsyncs every file below, then every directory, this one last. */
  static void syncTree(Path dir) throws IOException {
    for (Path path : deepestFirst(dir)) {
      sync(path);
    }
  }

  /** Fsyncs one file's content, or a directory's entries. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Writes a new file and fsyncs its content (not its name). */
  static void write(Path file, byte[] content) throws IOException {
    Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    sync(file);
  }

  /** Renames within one directory, at once or not at all; durable on return. */
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    Path parent = to.toAbsolutePath().getParent();
    if (parent != null) {
      sync(parent);
    }
  }

  /** Deletes a file or a directory with all it holds; nothing happens when there is none. */
  static void deleteTree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    for (Path each : deepestFirst(path)) {
      Files.deleteIfExists(each);
    }
  }

  /** What a directory holds, by name; empty when it does not exist. */
  static List<Path> list(Path dir) throws IOException {
    try (Stream<Path> entries = Files.list(dir)) {
      return entries.sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static List<Path> deepestFirst(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
