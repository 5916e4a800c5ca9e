// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import java.nio.ByteBuffer;

/** Unsigned integers of seven bits a byte, the lowest first; the top bit says that more follow. */
final class Varints {

  private Varints() {}

  static void put(ByteBuffer into, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      into.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    into.put((byte) rest);
  }

  static int length(long value) {
    int length = 1;
    for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
      length++;
    }
    return length;
  }

  /**
   * @throws IllegalArgumentException if the bytes end in it, it does not fit, or {@link #put} would
   *     have made fewer bytes of it
   */
  static long get(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!from.hasRemaining()) {
        throw new IllegalArgumentException("an integer is cut at offset " + from.position());
      }
      byte next = from.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        boolean padded = next == 0 && shift > 0;
        if (padded || (shift == Long.SIZE - 1 && next > 1)) {
          throw new IllegalArgumentException("no integer ends at offset " + from.position());
        }
        return value;
      }
    }
    throw new IllegalArgumentException("an integer of more than 64 bits");
  }
}
