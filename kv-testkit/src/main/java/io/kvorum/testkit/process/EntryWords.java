// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import io.kvorum.api.Commit;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges, mutations, entries and commits as words of the conversation that the package specifies.
 */
final class EntryWords {

  private EntryWords() {}

  static String text(KeyRange range) {
    return Words.word(range.start(), Words.UNBOUNDED)
        + " "
        + Words.word(range.end(), Words.UNBOUNDED);
  }

  static KeyRange range(String start, String end) {
    return new KeyRange(Words.bytesOrNull(start), Words.bytesOrNull(end));
  }

  static String text(Mutation mutation) {
    return mutation instanceof Mutation.Put put
        ? "p " + Words.word(put.key()) + " " + Words.word(put.value())
        : "d " + Words.word(mutation.key());
  }

  /** Those from a word on to the end. */
  static List<Mutation> mutations(String[] words, int from) {
    List<Mutation> mutations = new ArrayList<>();
    int i = from;
    while (i < words.length) {
      switch (words[i]) {
        case "p" -> {
          mutations.add(Mutation.put(Words.bytes(words[i + 1]), Words.bytes(words[i + 2])));
          i += 3;
        }
        case "d" -> {
          mutations.add(Mutation.delete(Words.bytes(words[i + 1])));
          i += 2;
        }
        default -> throw new InvalidArgumentException("no mutation: " + words[i]);
      }
    }
    return mutations;
  }

  static String text(List<KeyValue> entries) {
    StringBuilder text = new StringBuilder();
    for (KeyValue entry : entries) {
      text.append(text.isEmpty() ? "" : " ").append(Words.word(entry.key()));
      text.append(' ').append(Words.word(entry.value()));
    }
    return text.toString();
  }

  /** So many of them, from a word on. */
  static List<KeyValue> entries(String[] words, int from, int count) {
    List<KeyValue> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(
          new KeyValue(Words.bytes(words[from + 2 * i]), Words.bytes(words[from + 2 * i + 1])));
    }
    return entries;
  }

  static String text(Commit commit) {
    return commit.timestamp() + " " + text(commit.position());
  }

  static String text(LogPosition position) {
    return position.term() + " " + position.index();
  }

  static Commit commit(String[] words, int from) {
    return new Commit(
        Long.parseLong(words[from]),
        new LogPosition(Long.parseLong(words[from + 1]), Long.parseLong(words[from + 2])));
  }
}
