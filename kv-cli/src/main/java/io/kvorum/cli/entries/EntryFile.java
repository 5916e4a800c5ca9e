// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.entries;

import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the entries of a file that a user names.
 *
 * <p>One entry a line: {@code key<TAB>value}, or a value alone, whose key is then the number of its
 * line ({@code line-0000000001}). Empty lines are left out, a carriage return at the end of a line
 * too. Any bytes do: keys and values are bytes, so nothing is decoded. Of several lines with the
 * same key the last one counts, as it would if they were written one after the other.
 */
public final class EntryFile {

  /** Largest file, in bytes: its entries are held in memory while they are loaded. */
  public static final long MAX_FILE_BYTES = 64L * 1024 * 1024;

  /** Longest value, in bytes: one entry must fit into one log entry. */
  public static final int MAX_VALUE_BYTES = 1024 * 1024;

  private EntryFile() {}

  /**
   * Reads all entries, in the order of their first lines.
   *
   * @throws InvalidInputException if the file is missing, no file, unreadable, too large, has no
   *     entry, or has a key or value that is too long
   */
  public static List<KeyValue> read(Path file) {
    byte[] bytes = bytes(file);
    Map<ByteBuffer, KeyValue> entries = new LinkedHashMap<>();
    int lineNumber = 0;
    for (int start = 0; start < bytes.length; ) {
      int end = indexOf(bytes, (byte) '\n', start, bytes.length);
      lineNumber++;
      int stop = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
      if (stop > start) {
        KeyValue entry = entry(file, lineNumber, bytes, start, stop);
        entries.put(ByteBuffer.wrap(entry.key()), entry);
      }
      start = end + 1;
    }
    if (entries.isEmpty()) {
      throw new InvalidInputException(file + " holds no entry: all of its lines are empty");
    }
    return new ArrayList<>(entries.values());
  }

  private static KeyValue entry(Path file, int lineNumber, byte[] bytes, int start, int stop) {
    int tab = indexOf(bytes, (byte) '\t', start, stop);
    byte[] key =
        tab < stop
            ? Arrays.copyOfRange(bytes, start, tab)
            : String.format("line-%010d", lineNumber).getBytes(StandardCharsets.US_ASCII);
    byte[] value = Arrays.copyOfRange(bytes, tab < stop ? tab + 1 : start, stop);
    String where = file + ", line " + lineNumber + ": ";
    if (key.length == 0) {
      throw new InvalidInputException(where + "the key before the tab is empty");
    }
    if (key.length > MvccStore.MAX_KEY_BYTES) {
      throw new InvalidInputException(
          where + "the key has " + key.length + " bytes, allowed are " + MvccStore.MAX_KEY_BYTES);
    }
    if (value.length > MAX_VALUE_BYTES) {
      throw new InvalidInputException(
          where + "the value has " + value.length + " bytes, allowed are " + MAX_VALUE_BYTES);
    }
    return new KeyValue(key, value);
  }

  private static byte[] bytes(Path file) {
    if (!Files.exists(file)) {
      throw new InvalidInputException("there is no file " + file);
    }
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(file + " is a directory, a file is needed");
    }
    try {
      // Not by the size alone: a pipe has none.
      byte[] bytes;
      try (var in = Files.newInputStream(file)) {
        bytes = in.readNBytes((int) MAX_FILE_BYTES + 1);
      }
      if (bytes.length > MAX_FILE_BYTES) {
        throw new InvalidInputException(
            file + " is larger than " + MAX_FILE_BYTES + " bytes, the most that is read");
      }
      if (bytes.length == 0) {
        throw new InvalidInputException(file + " is empty");
      }
      return bytes;
    } catch (IOException e) {
      throw new InvalidInputException(file + " cannot be read: " + e);
    }
  }

  private static int indexOf(byte[] bytes, byte wanted, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != wanted) {
      i++;
    }
    return i;
  }
}
