// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Copies what a crash has left into the place where the next one is recorded. */
final class DurableCopy {

  private DurableCopy() {}

  /** Everything is fsynced on return: files, directories, {@code to} itself. */
  static void of(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.sorted().toList(); // a directory before what is in it
    }
    for (Path file : all.subList(1, all.size())) {
      Files.copy(file, to.resolve(from.relativize(file).toString()));
    }
    for (Path file : all) {
      Path copy = to.resolve(from.relativize(file).toString());
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
