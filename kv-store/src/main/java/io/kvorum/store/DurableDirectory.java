// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Directories whose names survive a power loss. */
public final class DurableDirectory {

  private DurableDirectory() {}

  /** Makes a directory and the parents that are missing, each fsynced into its own parent. */
  public static void create(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      return;
    }
    Path parent = absolute.getParent();
    if (parent != null) {
      create(parent);
    }
    Files.createDirectory(absolute);
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
}
