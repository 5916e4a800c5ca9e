// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.SnapshotFormatException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A checkpoint of the in-memory store: a directory with one file, {@code content.snapshot}. */
final class CheckpointFile {

  private static final String NAME = "content.snapshot";

  private CheckpointFile() {}

  static void write(Content content, Path dir) {
    try {
      Files.createDirectory(dir);
      try (FileChannel file =
          FileChannel.open(
              dir.resolve(NAME), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ContentStream.write(content, Channels.newOutputStream(file));
        file.force(true);
      }
      try (FileChannel names = FileChannel.open(dir, StandardOpenOption.READ)) {
        names.force(true);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new StoreFailedException("checkpoint " + dir + " cannot be written", e);
    }
  }

  static Content read(Path dir) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(dir.resolve(NAME)))) {
      return ContentStream.read(in);
    } catch (IOException | UncheckedIOException | SnapshotFormatException e) {
      throw new StoreCorruptException("checkpoint " + dir + " cannot be read", e);
    }
  }
}
