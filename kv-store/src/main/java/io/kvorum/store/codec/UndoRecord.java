// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Versions that were replaced by one write, see the package's grammar. */
public final class UndoRecord {

  private UndoRecord() {}

  /** A replaced version and its user key. */
  public record Entry(byte[] key, byte[] version) {}

  /** The value of a record with these entries. */
  public static byte[] encode(List<Entry> entries) {
    int length = 0;
    for (Entry entry : entries) {
      length += encodedLength(entry);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (Entry entry : entries) {
      Varints.put(bytes, entry.key().length);
      bytes.put(entry.key());
      Varints.put(bytes, entry.version().length);
      bytes.put(entry.version());
    }
    return bytes.array();
  }

  /** How many bytes of a record the entry takes. */
  public static int encodedLength(Entry entry) {
    return Varints.length(entry.key().length)
        + entry.key().length
        + Varints.length(entry.version().length)
        + entry.version().length;
  }

  /**
   * The entry at that place; null when there is none.
   *
   * @throws IllegalArgumentException if the bytes are no such record
   */
  public static @Nullable Entry entry(byte[] record, int index) {
    ByteBuffer bytes = ByteBuffer.wrap(record);
    for (int i = 0; i < index && bytes.hasRemaining(); i++) {
      skip(bytes);
      skip(bytes);
    }
    return bytes.hasRemaining() ? new Entry(next(bytes), next(bytes)) : null;
  }

  /**
   * All entries, in order.
   *
   * @throws IllegalArgumentException if the bytes are no such record
   */
  public static List<Entry> entries(byte[] record) {
    List<Entry> entries = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(record);
    while (bytes.hasRemaining()) {
      entries.add(new Entry(next(bytes), next(bytes)));
    }
    return entries;
  }

  private static byte[] next(ByteBuffer bytes) {
    byte[] next = new byte[length(bytes)];
    bytes.get(next);
    return next;
  }

  private static void skip(ByteBuffer bytes) {
    int length = length(bytes);
    bytes.position(bytes.position() + length);
  }

  private static int length(ByteBuffer bytes) {
    long length = Varints.get(bytes);
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException("length " + length + " at offset " + bytes.position());
    }
    return (int) length;
  }
}
