// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * One section of {@code docs/bad-input.md}, held against what is really thrown. Any module may keep
 * a section there: its test hands its rows to {@link #tests}. With {@code -Dgolden.update=true} the
 * section is rewritten from the messages.
 */
public final class BadInputTable {

  private static final String HEAD = "| Call | Input | Exception | Message |\n|---|---|---|---|\n";

  private final Path file = documents().resolve("bad-input.md");
  private final String heading;
  private final Map<String, String> placeholders;

  /**
   * A section.
   *
   * @param heading its title in the document
   * @param placeholders what of a message changes from run to run, and what the table has instead
   */
  public BadInputTable(String heading, Map<String, String> placeholders) {
    this.heading = heading;
    this.placeholders = placeholders;
  }

  /**
   * A test for each row, and one that the section has these rows and no other.
   *
   * @param state everything that must stay as it is, in a form that can be compared
   */
  public Stream<DynamicTest> tests(List<BadInput> inputs, Supplier<?> state) {
    boolean update = Boolean.getBoolean("golden.update");
    List<String> written = update ? List.of() : rows(section());
    List<String> thrown = new ArrayList<>();
    Stream<DynamicTest> rows =
        inputs.stream()
            .map(
                input ->
                    DynamicTest.dynamicTest(
                        input.call() + ": " + input.input(),
                        () -> {
                          Object before = state.get();
                          String row = row(input);
                          assertThat(state.get()).as("state").isEqualTo(before);
                          thrown.add(row);
                          assertThat(update || written.contains(row))
                              .as("%s has the row\n%s\namong\n%s", file, row, written)
                              .isTrue();
                        }));
    DynamicTest whole =
        DynamicTest.dynamicTest(
            "the table has these rows",
            () -> {
              if (update) {
                rewrite(thrown);
              } else {
                assertThat(written).isEqualTo(thrown);
              }
            });
    return Stream.concat(rows, Stream.of(whole));
  }

  private String row(BadInput input) {
    Throwable thrown = catchThrowable(input.attempt());
    assertThat(thrown).as(input.call() + " with " + input.input()).isNotNull();
    Class<?> type = thrown.getClass();
    boolean typed =
        type.getPackageName().startsWith("io.kvorum")
            || type == IllegalStateException.class
            || type == UncheckedIOException.class;
    assertThat(typed).as("a typed exception, not %s", thrown).isTrue();
    String message = String.valueOf(thrown.getMessage());
    for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
      message = message.replace(placeholder.getKey(), placeholder.getValue());
    }
    return String.format(
        "| `%s` | %s | `%s` | %s |",
        input.call(), input.input(), type.getSimpleName(), message.replace("|", "\\|"));
  }

  private static List<String> rows(String section) {
    return section.lines().filter(line -> line.startsWith("| `")).toList();
  }

  private String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String section() {
    String text = text();
    return text.substring(start(text), end(text));
  }

  private int start(String text) {
    int start = text.indexOf("\n## " + heading + "\n");
    assertThat(start).as("%s has a section \"%s\"", file, heading).isNotNegative();
    return start + 1;
  }

  private int end(String text) {
    int next = text.indexOf("\n## ", start(text));
    return next < 0 ? text.length() : next;
  }

  private void rewrite(List<String> rows) throws IOException {
    String text = text();
    String section = section();
    int table = section.indexOf(HEAD);
    String prose = table < 0 ? section.stripTrailing() + "\n\n" : section.substring(0, table);
    String rewritten = prose + HEAD + String.join("\n", rows) + "\n";
    Files.writeString(file, text.substring(0, start(text)) + rewritten + text.substring(end(text)));
  }

  /** The folder of the documents, from the root of the repository or from a module. */
  private static Path documents() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("docs"))
        ? here.resolve("docs")
        : here.resolveSibling("docs");
  }
}
