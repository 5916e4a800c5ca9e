// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file of the log.
 *
 * @param end index of its last entry; -1 for the open segment
 */
record Segment(Path file, long start, long end) {

  private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");

  /** The segment that a file is; empty when it is something else. */
  static Optional<Segment> of(Path file) {
    String name = String.valueOf(file.getFileName());
    Matcher closed = CLOSED.matcher(name);
    if (closed.matches()) {
      return Optional.of(
          new Segment(file, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
    }
    Matcher open = OPEN.matcher(name);
    return open.matches()
        ? Optional.of(new Segment(file, Long.parseLong(open.group(1)), -1))
        : Optional.empty();
  }

  /** All of a directory, which may be missing, in the order of the log. */
  static List<Segment> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(Segment::of)
          .flatMap(Optional::stream)
          .sorted(Comparator.comparingLong(Segment::start))
          .toList();
    }
  }

  boolean isOpen() {
    return end < 0;
  }
}
