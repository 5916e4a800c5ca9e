// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.Mutation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Keys and values by number: 24-byte keys in an order unlike that of the numbers, 80-byte values.
 */
final class Entries {

  static final List<byte[]> NO_READS = List.of();

  private static final int KEY_BYTES = 24;
  private static final int VALUE_BYTES = 80;

  private Entries() {}

  /** The key of this number. */
  static byte[] key(long number) {
    byte[] key = new byte[KEY_BYTES];
    ByteBuffer.wrap(key).putLong(mix(number)).putLong(mix(~number)).putLong(number);
    return key;
  }

  /** As {@link #key}, below a prefix. */
  static byte[] key(byte[] prefix, long number) {
    byte[] key = new byte[prefix.length + Long.BYTES];
    ByteBuffer.wrap(key).put(prefix).putLong(number);
    return key;
  }

  /** A value that does not compress. */
  static byte[] value(long seed) {
    byte[] value = new byte[VALUE_BYTES];
    new SplittableRandom(seed).nextBytes(value);
    return value;
  }

  /** Puts of the keys from {@code first} on. */
  static List<Mutation> puts(long first, int count, long seed) {
    List<Mutation> puts = new ArrayList<>(count);
    for (long number = first; number < first + count; number++) {
      puts.add(Mutation.put(key(number), value(seed * 31 + number)));
    }
    return puts;
  }

  private static long mix(long number) {
    return new SplittableRandom(number).nextLong();
  }
}
