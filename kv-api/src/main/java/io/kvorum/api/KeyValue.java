// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A key and its value; equal when both hold the same bytes. Of a large value it tells the length
 * alone: {@link ReplicatedKv#openStream} reads it.
 *
 * <pre>{@code
 * for (KeyValue entry : kv.scan(KeyRange.prefix(prefix), 100)) {
 *   String key = new String(entry.key(), UTF_8);
 *   String content = entry.isLarge() ? "not loaded" : new String(entry.value(), UTF_8);
 *   lines.add(key + ": " + entry.valueLength() + " bytes, " + content);
 * }
 * }</pre>
 *
 * @param largeLength the length of a value that is a large one; -1: the value is here
 */
public record KeyValue(byte[] key, byte[] value, long largeLength) {

  private static final byte[] NOT_HERE = {};

  public KeyValue {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    if (largeLength < -1 || (largeLength >= 0 && value.length > 0)) {
      throw new InvalidArgumentException(
          "largeLength is "
              + largeLength
              + " beside "
              + value.length
              + " bytes; it is -1, or there are none");
    }
  }

  /** A key with a value that is here. */
  public KeyValue(byte[] key, byte[] value) {
    this(key, value, -1);
  }

  /** A key with a large value of this length. */
  public static KeyValue large(byte[] key, long length) {
    return new KeyValue(key, NOT_HERE, length);
  }

  /** Whether the value is a large one, whose bytes are not here. */
  public boolean isLarge() {
    return largeLength >= 0;
  }

  /** The length of the value, here or not. */
  public long valueLength() {
    return isLarge() ? largeLength : value.length;
  }

  /**
   * The value.
   *
   * @throws LargeValueException if it {@link #isLarge}: it must not be mistaken for an empty one
   */
  @Override
  public byte[] value() {
    if (isLarge()) {
      throw new LargeValueException(key, largeLength);
    }
    return value;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof KeyValue other
        && Arrays.equals(key, other.key)
        && Arrays.equals(value, other.value)
        && largeLength == other.largeLength;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value) + Long.hashCode(largeLength);
  }

  /** The key in hex and the length of the value: values stay out of logs. */
  @Override
  public String toString() {
    return "KeyValue[key="
        + HexFormat.of().formatHex(key)
        + ", value="
        + valueLength()
        + " bytes"
        + (isLarge() ? ", large" : "")
        + "]";
  }
}
