// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything is started, and how. */
final class CommandLineTest {

  private static final int BAD_INPUT = 2;

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                          | name a command",
        "nonsense                  | nonsense",
        "demo --nonsense           | --nonsense",
        "check                     | DIR",
        "check a b                 | b",
        "check no/such/store       | no/such/store is no directory",
        "demo --sync-mode garbage  | \"garbage\" is no sync mode",
        "demo --replicas 0         | --replicas is 0",
        "demo --replicas 2         | --replicas is 2",
        "demo --replicas 9         | --replicas is 9",
        "demo --replicas many      | many",
        "demo --file               | --file",
        "demo --file no/such/file  | there is no file no/such/file",
      })
  void a_bad_option_is_one_sentence(String arguments, String sentence) {
    Run run = Run.of(arguments == null ? new String[0] : arguments.split(" ", -1));
    assertThat(run.code()).isEqualTo(BAD_INPUT);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("kv: ").contains(sentence).hasLineCount(1);
  }

  @Test
  void a_bad_file_is_one_sentence() throws IOException {
    Path file = dir.resolve("input");
    Files.writeString(file, "");
    assertRefused("is empty", "demo", "--file", file.toString());
    Files.writeString(file, "\n\r\n\n");
    assertRefused("holds no entry", "demo", "--file", file.toString());
    Files.writeString(file, "a\tb\n\tvalue\n");
    assertRefused("line 2: the key before the tab is empty", "demo", "--file", file.toString());
    assertRefused("is a directory", "demo", "--file", dir.toString());
  }

  @Test
  void a_folder_that_is_not_new_is_left_alone() throws IOException {
    Path file = Files.writeString(dir.resolve("input"), "a\tb\n");
    assertRefused("is not empty", "demo", "--file", file.toString(), "--dir", dir.toString());
    assertRefused("is a file", "demo", "--file", file.toString(), "--dir", file.toString());
    assertThat(dir).isDirectoryContaining(path -> path.equals(file));
    assertThat(file).hasContent("a\tb\n");
  }

  @Test
  void help_goes_to_stdout() {
    Run run = Run.of("demo", "--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("--sync-mode", "--replicas", "--file", "--dir");
    assertThat(Run.of("--help").out()).contains("demo").doesNotContain("Runs one replica");
  }

  private static void assertRefused(String sentence, String... arguments) {
    Run run = Run.of(arguments);
    assertThat(run.code()).isEqualTo(BAD_INPUT);
    assertThat(run.err()).startsWith("kv: ").contains(sentence).hasLineCount(1);
  }
}
