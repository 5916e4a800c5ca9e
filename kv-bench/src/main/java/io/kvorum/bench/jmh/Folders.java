// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies and removals of the folders a benchmark made. */
public final class Folders {

  private Folders() {}

  /** Deletes a folder with all that is in it; one that is not there is fine. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(folder)) {
      inside = walk.sorted(Comparator.reverseOrder()).toList(); // what is inside comes first
    }
    for (Path path : inside) {
      Files.deleteIfExists(path);
    }
  }

  /** Copies a folder with all that is in it to a place where nothing is. */
  public static void copy(Path folder, Path target) throws IOException {
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(folder)) {
      inside = walk.toList(); // a folder comes before what is in it
    }
    for (Path path : inside) {
      Files.copy(path, target.resolve(folder.relativize(path).toString()));
    }
  }
}
