// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  boolean isOpen() {
    return end < 0;
  }
}
