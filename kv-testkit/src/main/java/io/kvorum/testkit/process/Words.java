// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLDecoder;
import java.net.URLEncoder;
import org.jspecify.annotations.Nullable;

/** Bytes as words of the conversation that the package specifies. */
final class Words {

  static final String ABSENT = "-";
  static final String UNBOUNDED = "~";

  private Words() {}

  static String word(byte[] bytes) {
    return "=" + URLEncoder.encode(new String(bytes, ISO_8859_1), ISO_8859_1);
  }

  static String word(byte @Nullable [] bytes, String inPlaceOfNull) {
    return bytes == null ? inPlaceOfNull : word(bytes);
  }

  static byte[] bytes(String word) {
    if (!word.startsWith("=")) {
      throw new IllegalArgumentException("no bytes: " + word);
    }
    return URLDecoder.decode(word.substring(1), ISO_8859_1).getBytes(ISO_8859_1);
  }

  static byte @Nullable [] bytesOrNull(String word) {
    return word.startsWith("=") ? bytes(word) : null;
  }
}
