// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The examples in the Javadoc of the types that users name, and where they come from. The example
 * of a type is the part of this module's tests that has its name:
 *
 * <pre>
 *   in the type's Javadoc              in a test
 *   &lt;pre&gt;{&#64;code                         // javadoc: LargeValue
 *   ...                                ...
 *   }&lt;/pre&gt;                             // javadoc ends
 * </pre>
 */
final class JavadocExamples {

  private static final Path TESTS = Path.of("src/test/java");
  private static final Path STORE = Path.of("../kv-store/src/main/java/io/kvorum/store");

  /** Where the types are that users name. What lies deeper in kv-raft is its own. */
  private static final Map<Path, Integer> DEPTHS =
      Map.of(
          Path.of("../kv-api/src/main/java"), Integer.MAX_VALUE,
          Path.of("../kv-raft/src/main/java/io/kvorum/raft"), 1,
          STORE.resolve("rocks/RocksMvccStore.java"), 0,
          STORE.resolve("memory/InMemoryMvccStore.java"), 0,
          STORE.resolve("check/StoreCheck.java"), 0,
          Path.of("src/main/java"), Integer.MAX_VALUE);

  private static final int FLAGS = Pattern.MULTILINE | Pattern.DOTALL;
  private static final Pattern TYPE =
      Pattern.compile(
          "(/\\*\\*(?:(?!\\*/).)*\\*/\\s+)?^(?:@[^\n]*\n)*public (?:(?:final|sealed|abstract) )*"
              + "(?:class|interface|record|enum) (\\w+)",
          FLAGS);
  private static final Pattern BLOCK = Pattern.compile("<pre>\\{@code\n(.*?)^ *\\* }</pre>", FLAGS);
  private static final Pattern LINK =
      Pattern.compile("(?:@see|\\{@link(?:plain)?)\\s+(?:[a-z]\\w*\\.)*([A-Z]\\w*)");

  private JavadocExamples() {}

  /**
   * A public type.
   *
   * @param text of its file
   * @param javadoc its own, and the white space behind it; empty: it has none
   */
  record Type(Path file, String name, String text, String javadoc) {

    /** The code of its example; null: it has none. */
    String example() {
      Matcher block = BLOCK.matcher(javadoc);
      return block.find() ? block.group(1).replaceAll("(?m)^ \\* ?", "") : null;
    }

    /** How many examples the file holds, in the Javadoc of this type or elsewhere. */
    long examplesInFile() {
      return BLOCK.matcher(text).results().count();
    }

    /** The types that its Javadoc links to. */
    List<String> links() {
      return LINK.matcher(javadoc).results().map(link -> link.group(1)).toList();
    }

    /** Writes this code into its example, or adds one at the end of the description. */
    void write(String code) throws IOException {
      if (javadoc.isEmpty()) {
        throw new AssertionError(file + " has no Javadoc for its example");
      }
      String lines = ("\n" + code).stripTrailing().replaceAll("\n", "\n * ");
      String block = "<pre>{@code" + lines.replaceAll("(?m) +$", "") + "\n * }</pre>";
      Matcher old = BLOCK.matcher(javadoc);
      if (old.find()) {
        block = javadoc.substring(0, old.start()) + block + javadoc.substring(old.end());
      } else {
        String tall = javadoc.replaceFirst("^/\\*\\* (.*) \\*/", "/**\n * $1\n */");
        int tags = tall.indexOf("\n * @");
        int end = tags < 0 ? tall.lastIndexOf("\n */") : tall.lastIndexOf("\n *\n", tags);
        block = tall.substring(0, end) + "\n *\n * " + block + tall.substring(end);
      }
      Files.writeString(file, text.replace(javadoc, block));
    }
  }

  /** All that users name, by name. */
  static Map<String, Type> types() throws IOException {
    Map<String, Type> types = new TreeMap<>();
    for (Map.Entry<Path, Integer> place : DEPTHS.entrySet()) {
      for (Path file : javaFiles(place.getKey(), place.getValue())) {
        String text = Files.readString(file);
        Matcher type = TYPE.matcher(text);
        if (type.find()) {
          String javadoc = type.group(1) == null ? "" : type.group(1);
          Type old = types.put(type.group(2), new Type(file, type.group(2), text, javadoc));
          if (old != null) {
            throw new AssertionError(file + " and " + old.file() + " have the same name");
          }
        }
      }
    }
    return types;
  }

  /** The code of all examples in the tests, by the name of their type. */
  static Map<String, String> code() throws IOException {
    Map<String, String> code = new TreeMap<>();
    for (Path file : javaFiles(TESTS, Integer.MAX_VALUE)) {
      for (Map.Entry<String, String> region : Regions.of(file, "javadoc").entrySet()) {
        if (code.put(region.getKey(), region.getValue()) != null) {
          throw new AssertionError("two tests have an example " + region.getKey());
        }
      }
    }
    return code;
  }

  private static List<Path> javaFiles(Path place, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(place, depth)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
