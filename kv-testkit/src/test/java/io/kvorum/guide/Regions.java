// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a source file that are shown elsewhere: each between a line {@code // KIND: NAME}
 * and a line {@code // KIND ends}.
 */
final class Regions {

  private Regions() {}

  /** All of one kind, by name, without the indentation that the lines of each share. */
  static Map<String, String> of(Path file, String kind) throws IOException {
    Pattern region =
        Pattern.compile(
            "^ *// " + kind + ": (\\w+)\n(.*?)^ *// " + kind + " ends$",
            Pattern.MULTILINE | Pattern.DOTALL);
    Matcher matcher = region.matcher(Files.readString(file));
    Map<String, String> regions = new LinkedHashMap<>();
    while (matcher.find()) {
      String code = matcher.group(2).stripTrailing().stripIndent() + "\n";
      if (regions.put(matcher.group(1), code) != null) {
        throw new AssertionError(file + " has two parts " + matcher.group(1));
      }
    }
    return regions;
  }
}
