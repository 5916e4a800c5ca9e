// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** A key and its value; equal when both hold the same bytes. */
public record KeyValue(byte[] key, byte[] value) {

  public KeyValue {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof KeyValue other
        && Arrays.equals(key, other.key)
        && Arrays.equals(value, other.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }

  /** The key in hex and the length of the value: values stay out of logs. */
  @Override
  public String toString() {
    return "KeyValue[key=" + HexFormat.of().formatHex(key) + ", value=" + value.length + " bytes]";
  }
}
