// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. RocksDB writes an information log even into a database that it opens read
 * only, and it may never end on, or read past, a log whose tail an interrupted write left. So it is
 * given a directory of its own, with links to the files that it only reads, and copies of the logs up
 * to the last whole record: what an open of the store would keep.
 */

/** A stand-in for a database that nobody has open: whoever opens it cannot change the original. */
final class ShadowDatabase implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;

  private final Path original;
  private final Path path;

  private ShadowDatabase(Path original, Path path) {
    this.original = original;
    this.path = path;
  }

  /**
   * Makes it, in the directory for temporary files.
   *
   * @throws io.kvorum.api.StoreCorruptException if a log is damaged, naming it and where
   */
  static ShadowDatabase of(Path database) {
    Path made = null;
    try {
      made = Files.createTempDirectory("kvorum-check");
      fill(made, database.toRealPath());
      return new ShadowDatabase(database, made);
    } catch (IOException e) {
      deleteQuietly(made, e);
      throw FailStop.translate(database, "preparing a read-only look", e);
    } catch (RuntimeException e) {
      deleteQuietly(made, e);
      throw e;
    }
  }

  private static void fill(Path shadow, Path database) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(database)) {
      files = entries.filter(Generations::isDatabaseFile).toList();
    }
    for (Path file : files) {
      Path twin = shadow.resolve(file.getFileName());
      if (WalTail.isLog(file)) {
        copy(file, twin, WalTail.wholeLength(file));
      } else {
        Files.createSymbolicLink(twin, file);
      }
    }
  }

  private static void copy(Path from, Path to, long length) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = Files.newOutputStream(to)) {
      long left = length;
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new IOException(from + " became shorter while it was read");
        }
        out.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  Path path() {
    return path;
  }

  /** A sentence about the stand-in, turned into one about the original. */
  String named(String message) {
    return message.replace(path.toString(), original.toString());
  }

  private static void deleteQuietly(@Nullable Path dir, Exception cause) {
    try {
      if (dir != null) {
        StoreDirectory.deleteTree(dir);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      StoreDirectory.deleteTree(path);
    } catch (IOException e) {
      throw FailStop.translate(path, "removing a read-only look", e);
    }
  }
}
