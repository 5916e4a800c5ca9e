// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.entries;

import io.kvorum.api.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The characters that this JDK has names for. */
public final class UnicodeNames {

  private UnicodeNames() {}

  /**
   * Every assigned character, in the order of code points: key {@code U+0041}, value {@code LATIN
   * CAPITAL LETTER A}. Surrogates and characters for private use have no name of their own and are
   * left out. About 150,000, a few more with each JDK.
   */
  public static List<KeyValue> all() {
    List<KeyValue> entries = new ArrayList<>(160_000);
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      int type = Character.getType(codePoint);
      if (type == Character.UNASSIGNED
          || type == Character.SURROGATE
          || type == Character.PRIVATE_USE) {
        continue;
      }
      String name = Character.getName(codePoint);
      if (name != null) {
        entries.add(
            new KeyValue(
                String.format("U+%04X", codePoint).getBytes(StandardCharsets.US_ASCII),
                name.getBytes(StandardCharsets.US_ASCII)));
      }
    }
    return entries;
  }
}
