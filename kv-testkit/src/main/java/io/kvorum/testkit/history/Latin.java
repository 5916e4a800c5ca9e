// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/**
 * Bytes as the text of a history, one char a byte, and back.
 *
 * <p>Example: {@link RecordedCall}.
 */
public final class Latin {

  private Latin() {}

  /** The text of these bytes. */
  public static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  /** The text of these bytes; null for null. */
  public static @Nullable String textOrNull(byte @Nullable [] bytes) {
    return bytes == null ? null : text(bytes);
  }

  /**
   * The bytes of this text.
   *
   * @throws IllegalArgumentException if it has a char above 255
   */
  public static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (!text.equals(new String(bytes, ISO_8859_1))) {
      throw new IllegalArgumentException("not one byte a char: " + text);
    }
    return bytes;
  }
}
