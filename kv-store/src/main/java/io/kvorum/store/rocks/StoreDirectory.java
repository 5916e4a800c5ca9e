// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.store.DirectoryLock;
import io.kvorum.store.DurableDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of a store: its lock, its generations, and which one is in force. The layout and
 * the rule R6 stand in the package's specification.
 */
final class StoreDirectory implements AutoCloseable {

  private static final String CURRENT = "CURRENT";
  private static final String CURRENT_TEMPORARY = "CURRENT.tmp";
  private static final String GENERATION_PATTERN = "gen-[0-9]{6,}";

  private final Path directory;
  private final DirectoryLock lock;

  private StoreDirectory(Path directory, DirectoryLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Locks the directory, making it if it is missing.
   *
   * @throws io.kvorum.api.StoreLockedException if it is locked already, by this process or another
   */
  static StoreDirectory lock(Path directory) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new StoreFailedException(
          directory + " is a file; a store needs a directory of its own", null);
    }
    try {
      DurableDirectory.create(directory);
      return new StoreDirectory(directory, DirectoryLock.take(directory));
    } catch (IOException e) {
      throw FailStop.translate(directory, "opening the store", e);
    }
  }

  /**
   * Locks a directory that is a store's, changing nothing in it.
   *
   * @throws io.kvorum.api.StoreLockedException if it is locked already, by this process or another
   * @throws InvalidArgumentException if no store was ever opened in it
   */
  static StoreDirectory lockExisting(Path directory) {
    try {
      return new StoreDirectory(directory, DirectoryLock.takeExisting(directory));
    } catch (IOException e) {
      throw FailStop.translate(directory, "locking the store", e);
    }
  }

  /**
   * The generation in force; empty in a fresh directory.
   *
   * @throws InvalidArgumentException if what is there was never a store
   */
  Optional<Path> current() {
    Path pointer = directory.resolve(CURRENT);
    try {
      if (!Files.exists(pointer)) {
        if (lock.isMarked()) {
          throw new StoreCorruptException(
              pointer
                  + " is missing, and the store has been in use; restore the directory from a"
                  + " snapshot or from another replica",
              null);
        }
        return Optional.empty();
      }
      String name = Files.readString(pointer, StandardCharsets.US_ASCII).trim();
      if (!name.matches(GENERATION_PATTERN) && !lock.isMarked()) {
        throw new InvalidArgumentException(
            directory
                + " is no store: its CURRENT file is another program's; name another directory");
      }
      if (!name.matches(GENERATION_PATTERN) || !Files.isDirectory(directory.resolve(name))) {
        throw new StoreCorruptException(
            pointer
                + " names \""
                + name
                + "\", which is no generation here; restore the directory from a snapshot or from"
                + " another replica",
            null);
      }
      return Optional.of(directory.resolve(name));
    } catch (IOException e) {
      throw new StoreCorruptException("cannot read " + pointer + ": " + e, e);
    }
  }

  /** A path for the next generation; nothing is there yet. */
  Path next() {
    try (Stream<Path> entries = Files.list(directory)) {
      long highest =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> name.matches(GENERATION_PATTERN))
              .mapToLong(name -> Long.parseLong(name.substring(4)))
              .max()
              .orElse(0);
      return directory.resolve(String.format("gen-%06d", highest + 1));
    } catch (IOException e) {
      throw new StoreFailedException("cannot list " + directory + ": " + e, e);
    }
  }

  /** Makes everything ready for {@link #switchTo}, durably; what fails here has changed nothing. */
  void prepareSwitchTo(Path generation) {
    try {
      DurableDirectory.sync(generation);
      byte[] name = (generation.getFileName() + "\n").getBytes(StandardCharsets.US_ASCII);
      DurableDirectory.write(directory.resolve(CURRENT_TEMPORARY), name);
      DurableDirectory.sync(directory); // the generation's own name
    } catch (IOException e) {
      throw FailStop.translate(generation, "preparing to put the generation in force", e);
    }
  }

  /** Puts a complete, fsynced generation in force, durably, after {@link #prepareSwitchTo}. */
  void switchTo(Path generation) {
    Path temporary = directory.resolve(CURRENT_TEMPORARY);
    try {
      Files.move(temporary, directory.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE);
      DurableDirectory.sync(directory);
      lock.mark(); // from now on a missing CURRENT is damage, not an open that a crash cut short
    } catch (IOException e) {
      throw FailStop.translate(generation, "putting the generation in force", e);
    }
  }

  /** Deletes every generation that is not in force. */
  void deleteOthers() {
    Optional<Path> current = current();
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> rubbish =
          entries
              .filter(entry -> entry.getFileName().toString().matches(GENERATION_PATTERN))
              .filter(entry -> !entry.equals(current.orElse(null)))
              .toList();
      for (Path generation : rubbish) {
        deleteTree(generation);
      }
    } catch (IOException e) {
      throw new StoreFailedException("cannot clean " + directory + ": " + e, e);
    }
  }

  /** Deletes a directory and what is in it; nothing if it is missing. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Puts empty write-ahead logs into a copy of a database, in place of those it has. */
  static void emptyLogs(Path database) throws IOException {
    List<Path> logs;
    try (Stream<Path> files = Files.list(database)) {
      logs = files.filter(file -> file.toString().endsWith(".log")).toList();
    }
    for (Path log : logs) {
      Files.delete(log); // and not truncated: it may be a link to a log of an open database
      Files.createFile(log);
    }
  }

  /** Fsyncs every file of a flat directory, then the directory. */
  static void syncTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    }
    DurableDirectory.sync(directory);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new StoreFailedException("cannot unlock " + directory + ": " + e, e);
    }
  }
}
