// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Makes and opens the generations of one store, see the package's specification, R6. */
final class Generations implements AutoCloseable {

  /** The files that make up a RocksDB database; a checkpoint's directory may hold others. */
  private static final String DATABASE_FILES =
      "CURRENT|IDENTITY|(MANIFEST|OPTIONS)-[0-9]+|[0-9]+\\.(sst|log|blob)";

  /** Files RocksDB never changes once they are written, so that a link is as good as a copy. */
  private static final String IMMUTABLE_FILES = "[0-9]+\\.(sst|blob)";

  private final StoreDirectory directory;
  private final StoreOptions options;
  private final Durability durability;

  private Generations(StoreDirectory directory, StoreOptions options, Durability durability) {
    this.directory = directory;
    this.options = options;
    this.durability = durability;
  }

  /** Locks the directory. */
  static Generations open(Path directory, StoreOptions options, Durability durability) {
    return new Generations(StoreDirectory.lock(directory), options, durability);
  }

  /** The generation in force, or an empty first one. */
  Engine openCurrent() {
    directory.deleteOthers();
    Optional<Path> current = directory.current();
    if (current.isPresent()) {
      Path dir = current.get();
      return Engine.open(dir, options, durability, new FailStop(dir));
    }
    return build(dir -> Engine.create(dir, options, durability, new FailStop(dir)), null);
  }

  /** A generation with the content of the stream, in force on return instead of another. */
  Engine restored(InputStream in, Engine replaced) {
    SnapshotReader reader = new SnapshotReader(in); // refuses a bad header before any work
    return build(
        dir -> {
          // A bulk load: nothing needs the write-ahead log before the flush at its end.
          Engine engine = Engine.create(dir, options, durability, new FailStop(dir));
          try {
            RestoredGeneration.fill(engine.database(), reader);
            engine.database().flush();
          } catch (RocksDBException e) {
            throw FailStop.translate(dir, "restoring", e);
          } finally {
            engine.close();
          }
          return Engine.open(dir, options, durability, new FailStop(dir));
        },
        replaced);
  }

  /** A generation with the content of a checkpoint, in force on return instead of another. */
  Engine installed(Path checkpoint, Engine replaced) {
    return build(
        dir -> {
          linkOrCopy(checkpoint, dir);
          try {
            return Engine.open(dir, options, durability, new FailStop(dir));
          } catch (StoreFailedException e) {
            throw new StoreCorruptException(
                "the checkpoint in " + checkpoint + " cannot be opened: " + e.getMessage(), e);
          }
        },
        replaced);
  }

  /** Copies the engine's content into a new directory; see CheckpointableStore. */
  LogPosition copy(Engine engine, Path target) {
    try {
      engine.makeDurable(); // nowal: the copy takes what is in files
      engine.copyTo(target);
      StoreDirectory.syncTree(target);
      byte[] position = Database.getFrom(target, StoreKeys.applied());
      LogPosition copied =
          position == null ? LogPosition.NONE : StoreRecords.decodePosition(position);
      if (copied.isAfter(engine.durable())) {
        engine.makeDurable(); // D4: what the copy holds is durable in the store itself
      }
      return copied;
    } catch (IOException e) {
      throw FailStop.translate(target, "writing a checkpoint", e);
    } catch (RocksDBException e) {
      throw FailStop.translate(target, "reading back the checkpoint", e);
    }
  }

  void deleteOthers() {
    directory.deleteOthers();
  }

  static boolean isDatabaseFile(Path file) {
    return file.getFileName().toString().matches(DATABASE_FILES);
  }

  private interface Builder {
    Engine build(Path dir) throws IOException;
  }

  private Engine build(Builder builder, @Nullable Engine replaced) {
    Path dir = directory.next();
    boolean mayBeInForce = false;
    try {
      Engine engine = builder.build(dir);
      try {
        engine.database().flush(); // RocksDB fsyncs the files it writes itself
        directory.prepareSwitchTo(dir);
        mayBeInForce = true;
        directory.switchTo(dir);
        return engine;
      } catch (RuntimeException e) {
        engine.close();
        if (mayBeInForce && replaced != null) {
          // D6: a crash may bring back either, so neither takes a write any more.
          replaced.fail(e);
        }
        throw e;
      }
    } catch (IOException e) {
      deleteQuietly(dir, e);
      throw FailStop.translate(dir, "building a generation", e);
    } catch (RuntimeException e) {
      if (!mayBeInForce) {
        deleteQuietly(dir, e);
      }
      throw e;
    }
  }

  /** Removes what was built in vain; what stays behind is removed by the next open. */
  private static void deleteQuietly(Path dir, Exception cause) {
    try {
      StoreDirectory.deleteTree(dir);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void linkOrCopy(Path source, Path target) throws IOException {
    Files.createDirectory(target);
    List<Path> files;
    try (Stream<Path> entries = Files.list(source)) {
      files = entries.filter(Generations::isDatabaseFile).toList();
    }
    for (Path file : files) {
      Path copy = target.resolve(file.getFileName().toString());
      if (!file.getFileName().toString().matches(IMMUTABLE_FILES) || !link(file, copy)) {
        Files.copy(file, copy);
      }
    }
    StoreDirectory.syncTree(target);
  }

  /** False when the file system cannot link the two places. */
  private static boolean link(Path file, Path link) {
    try {
      Files.createLink(link, file);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
