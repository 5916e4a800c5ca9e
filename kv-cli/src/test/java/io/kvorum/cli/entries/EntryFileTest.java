// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.entries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntryFileTest {

  @TempDir Path dir;

  @Test
  void lines_with_and_without_a_tab() throws IOException {
    assertThat(read("a\t1\n\nsecond\r\nb\tx\ty"))
        .containsExactly(entry("a", "1"), entry("line-0000000003", "second"), entry("b", "x\ty"));
  }

  @Test
  void the_last_line_of_a_key_counts() throws IOException {
    assertThat(read("a\t1\nb\t2\na\t\n")).containsExactly(entry("a", ""), entry("b", "2"));
  }

  @Test
  void bytes_that_are_no_utf8_are_kept() throws IOException {
    Path file = dir.resolve("bytes");
    Files.write(file, new byte[] {(byte) 0xFF, 0, '\t', (byte) 0xC3, '\n'});
    assertThat(EntryFile.read(file))
        .containsExactly(new KeyValue(new byte[] {(byte) 0xFF, 0}, new byte[] {(byte) 0xC3}));
  }

  @Test
  void limits_are_named() {
    String longest = "k".repeat(MvccStore.MAX_KEY_BYTES);
    assertThatThrownBy(() -> read(longest + "k\tv"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("line 1: the key has 65537 bytes");
    assertThatThrownBy(() -> read("a\tb\n" + "v".repeat(EntryFile.MAX_VALUE_BYTES + 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("line 2: the value has 1048577 bytes");
  }

  @Test
  void a_list_is_read_back_and_a_cut_one_is_refused() throws IOException {
    List<KeyValue> entries = List.of(entry("a", "1"), entry("b", ""));
    Path list = dir.resolve("list");
    EntryList.write(list, entries);
    List<KeyValue> found = new ArrayList<>();
    EntryList.forEach(list, found::add);
    assertThat(found).isEqualTo(entries);

    byte[] whole = Files.readAllBytes(list);
    for (int length = 0; length < whole.length; length++) {
      Files.write(list, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> EntryList.forEach(list, entry -> {}))
          .as("cut at %d", length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void the_jdk_names_many_characters() {
    List<KeyValue> names = UnicodeNames.all();
    assertThat(names).hasSizeBetween(140_000, 200_000);
    assertThat(names).contains(entry("U+0041", "LATIN CAPITAL LETTER A"));
    assertThat(names).contains(entry("U+1F600", "GRINNING FACE"));
  }

  private List<KeyValue> read(String text) throws IOException {
    return EntryFile.read(Files.writeString(dir.resolve("input"), text));
  }

  private static KeyValue entry(String key, String value) {
    return new KeyValue(
        key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
  }
}
