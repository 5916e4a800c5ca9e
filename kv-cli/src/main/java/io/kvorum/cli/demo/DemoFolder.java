// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.cli.entries.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where one demo keeps its files.
 *
 * @param path the folder
 * @param temporary whether it is deleted at the end
 */
record DemoFolder(Path path, boolean temporary) {

  /**
   * The folder the user named, created if need be, or a new temporary one.
   *
   * @throws InvalidInputException if the named one is no folder, not empty, or cannot be made
   */
  static DemoFolder open(@Nullable Path named) {
    try {
      if (named == null) {
        return new DemoFolder(Files.createTempDirectory("kvorum-demo-"), true);
      }
      Path path = named.toAbsolutePath().normalize();
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new InvalidInputException("--dir " + named + " is a file, a folder is needed");
      }
      Files.createDirectories(path);
      try (Stream<Path> inside = Files.list(path)) {
        if (inside.findAny().isPresent()) {
          throw new InvalidInputException(
              "--dir " + named + " is not empty; name a new folder, or empty this one first");
        }
      }
      return new DemoFolder(path, false);
    } catch (IOException e) {
      throw new InvalidInputException(
          "--dir " + (named == null ? "(temporary)" : named) + " cannot be used: " + e);
    }
  }

  /** Bytes of all regular files below, a file with several names (a hard link) counted once. */
  long bytes() {
    Set<Object> seen = new HashSet<>();
    long[] total = {0};
    walk(
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Object key = attributes.fileKey() == null ? file : attributes.fileKey();
            if (attributes.isRegularFile() && seen.add(key)) {
              total[0] += attributes.size();
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return continueIfGone(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            return continueIfGone(e);
          }
        });
    return total[0];
  }

  /** Deletes a temporary folder with all that is in it; a named one stays. */
  void deleteIfTemporary() {
    if (!temporary) {
      return;
    }
    walk(
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return continueIfGone(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            continueIfGone(e);
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void walk(SimpleFileVisitor<Path> visitor) {
    try {
      Files.walkFileTree(path, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replicas that still run create and delete files while the folder is walked. */
  private static FileVisitResult continueIfGone(@Nullable IOException e) throws IOException {
    if (e != null && !(e instanceof NoSuchFileException)) {
      throw e;
    }
    return FileVisitResult.CONTINUE;
  }
}
