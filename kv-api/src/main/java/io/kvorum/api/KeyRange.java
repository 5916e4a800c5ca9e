// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code start <= key < end} in unsigned lexicographic order.
 *
 * <pre>{@code
 * KeyRange users = KeyRange.prefix("user/".getBytes(UTF_8)); // "user/", "user/1", not "user0"
 * KeyRange week = KeyRange.of(first, afterLast); // without afterLast itself
 * KeyRange rest = KeyRange.from(first);
 * List<KeyValue> newestDays = kv.reverseScan(week, 2, ReadOptions.linearizable());
 * }</pre>
 *
 * @param start null: from the first key
 * @param end null: to the last key
 */
public record KeyRange(byte @Nullable [] start, byte @Nullable [] end) {

  private static final KeyRange ALL = new KeyRange(null, null);

  /** Every key. */
  public static KeyRange all() {
    return ALL;
  }

  /** From {@code start}, inclusive, to {@code end}, exclusive. */
  public static KeyRange of(byte[] start, byte[] end) {
    return new KeyRange(start, end);
  }

  /** From {@code start}, inclusive, to the last key. */
  public static KeyRange from(byte[] start) {
    return new KeyRange(start, null);
  }

  /** Every key that begins with {@code prefix}, the key {@code prefix} itself included. */
  public static KeyRange prefix(byte[] prefix) {
    if (prefix == null) {
      throw new InvalidArgumentException("prefix is null; it must not be");
    }
    return new KeyRange(prefix, endOfPrefix(prefix));
  }

  /** Whether the key lies in the range. */
  public boolean contains(byte[] key) {
    return (start == null || Arrays.compareUnsigned(start, key) <= 0)
        && (end == null || Arrays.compareUnsigned(key, end) < 0);
  }

  /** Whether no key can lie in the range. */
  public boolean isEmpty() {
    return end != null
        && (end.length == 0 || (start != null && Arrays.compareUnsigned(start, end) >= 0));
  }

  /** The first key after all that begin with the prefix; null when there is none (FF FF ...). */
  private static byte @Nullable [] endOfPrefix(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xFF) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    return null;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof KeyRange other
        && Arrays.equals(start, other.start)
        && Arrays.equals(end, other.end);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(start) + Arrays.hashCode(end);
  }

  @Override
  public String toString() {
    return "KeyRange[" + hex(start) + ", " + hex(end) + ")";
  }

  private static String hex(byte @Nullable [] bytes) {
    return bytes == null ? "unbounded" : HexFormat.of().formatHex(bytes);
  }
}
