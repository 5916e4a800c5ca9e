// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyRange;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sets of keys that are ranges. */
final class Ranges {

  private static final byte[] FIRST_KEY = {0};

  private Ranges() {}

  static KeyRange intersection(KeyRange a, KeyRange b) {
    return new KeyRange(later(a.start(), b.start()), earlier(a.end(), b.end()));
  }

  /** Whether there are keys in the range: none comes before the key 00. */
  static boolean mayHoldKeys(KeyRange range) {
    byte[] end = range.end();
    return !range.isEmpty() && (end == null || Arrays.compareUnsigned(end, FIRST_KEY) > 0);
  }

  /** The keys with the prefix and without the excluded one, as ranges. */
  static List<KeyRange> ofPrefix(byte[] prefix, byte @Nullable [] excluded) {
    KeyRange all = KeyRange.prefix(prefix);
    if (excluded == null) {
      return List.of(all);
    }
    KeyRange not = KeyRange.prefix(excluded);
    KeyRange before = intersection(all, new KeyRange(null, not.start()));
    byte[] end = not.end();
    return end == null ? List.of(before) : List.of(before, intersection(all, KeyRange.from(end)));
  }

  private static byte @Nullable [] later(byte @Nullable [] a, byte @Nullable [] b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private static byte @Nullable [] earlier(byte @Nullable [] a, byte @Nullable [] b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return Arrays.compareUnsigned(a, b) <= 0 ? a : b;
  }
}
