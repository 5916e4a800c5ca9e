// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.snapshot;

import java.util.Arrays;
import java.util.HexFormat;

/** One state record. The arrays are not copied; equal when all bytes are. */
public record StateRecord(byte[] key, byte[] value) implements StreamRecord {

  @Override
  public boolean equals(Object o) {
    return o instanceof StateRecord other
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
    return "StateRecord[" + HexFormat.of().formatHex(key) + " " + value.length + " bytes]";
  }
}
