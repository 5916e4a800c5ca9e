// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.ReadOptions;
import java.time.Duration;

/** The kind of a read as a word of the conversation that the package specifies. */
final class ReadWords {

  private ReadWords() {}

  static String word(ReadOptions options) {
    if (options instanceof ReadOptions.AtLeast read) {
      return "at-least:" + read.commitTs();
    } else if (options instanceof ReadOptions.At read) {
      return "at:" + read.timestamp();
    } else if (options instanceof ReadOptions.Stale read) {
      return "stale:" + read.maxAge().toMillis();
    } else {
      return options instanceof ReadOptions.Lease ? "lease" : "linearizable";
    }
  }

  static ReadOptions options(String word) {
    String[] parts = word.split(":", 2);
    return switch (parts[0]) {
      case "linearizable" -> ReadOptions.linearizable();
      case "lease" -> ReadOptions.lease();
      case "at-least" -> ReadOptions.atLeast(Long.parseLong(parts[1]));
      case "at" -> ReadOptions.at(Long.parseLong(parts[1]));
      case "stale" -> ReadOptions.stale(Duration.ofMillis(Long.parseLong(parts[1])));
      default -> throw new InvalidArgumentException("no kind of read: " + word);
    };
  }
}
