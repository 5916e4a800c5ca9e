// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The code of the guide's pages and where it comes from. A page's code is a part of a class of this
 * package, which a test runs:
 *
 * <pre>
 *   in the page                                    in the class
 *   &lt;!-- code: LargeValuesGuide write --&gt;          // guide: write
 *   ```java                                        ...
 *   ...                                            // guide ends
 *   ```
 * </pre>
 */
final class GuideSnippets {

  private static final Path PAGES = Path.of("..", "docs", "guide");
  private static final Path CLASSES = Path.of("src/test/java/io/kvorum/guide");
  private static final Pattern BLOCK =
      Pattern.compile("(?:<!-- code: (\\w+) (\\w+) -->\n)?```java\n(.*?)```\n", Pattern.DOTALL);

  private GuideSnippets() {}

  /**
   * A piece of code in a page.
   *
   * @param source the class and the part of it that it names; empty: it names none
   */
  record Block(Path page, String source, String code) {}

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  static List<Block> blocks(Path page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(page));
    while (matcher.find()) {
      String source = matcher.group(1) == null ? "" : matcher.group(1) + " " + matcher.group(2);
      blocks.add(new Block(page, source, matcher.group(3)));
    }
    return blocks;
  }

  /** Writes into a page's blocks what stands in the classes that they name. */
  static void rewrite(Path page) throws IOException {
    String text = Files.readString(page);
    for (Block block : blocks(page)) {
      if (!block.source().isEmpty()) {
        String head = "<!-- code: " + block.source() + " -->\n```java\n";
        text = text.replace(head + block.code(), head + code(block.source()));
      }
    }
    Files.writeString(page, text);
  }

  /** The part of a class, without the indentation that all its lines share. */
  static String code(String source) throws IOException {
    String[] names = source.split(" ", -1);
    String part = Regions.of(CLASSES.resolve(names[0] + ".java"), "guide").get(names[1]);
    if (part == null) {
      throw new AssertionError(names[0] + ".java has no part " + names[1]);
    }
    return part;
  }
}
