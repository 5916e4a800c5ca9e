// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys of a run: {@code key-} and twenty digits, 24 bytes, in the order of their numbers.
 * Thread-safe.
 */
public final class KeySpace {

  /** Bytes of a key. */
  public static final int KEY_BYTES = 24;

  /** Bytes of a value. */
  public static final int VALUE_BYTES = 100;

  private static final byte[] PREFIX = "key-".getBytes(US_ASCII);

  private final int loaded;
  private final AtomicLong inserted = new AtomicLong();

  /**
   * Keys 0 to {@code loaded - 1}.
   *
   * @param loaded how many are there before the first round
   */
  public KeySpace(int loaded) {
    this.loaded = loaded;
  }

  /** How many are there before the first round. */
  public int loaded() {
    return loaded;
  }

  /** A key that was never written. */
  byte[] fresh() {
    return key(loaded + inserted.getAndIncrement());
  }

  /** The key whose number is higher by so many. */
  public static byte[] after(byte[] key, int count) {
    String digits = new String(key, PREFIX.length, KEY_BYTES - PREFIX.length, US_ASCII);
    return key(Long.parseLong(digits) + count);
  }

  /** The key with this number. */
  public static byte[] key(long number) {
    byte[] key = new byte[KEY_BYTES];
    System.arraycopy(PREFIX, 0, key, 0, PREFIX.length);
    long rest = number;
    for (int i = KEY_BYTES - 1; i >= PREFIX.length; i--) {
      key[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return key;
  }
}
