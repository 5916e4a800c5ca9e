// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.concurrent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Groups of keys that are only ever written, or deleted by their prefix, all at once. So whoever
 * sees a part of a group, or values of two commits in one, has seen half of a write.
 */
final class Groups {

  /** Group 0 is larger than one batch of tombstones of a prefix delete. */
  private static final int[] SIZES = {1_200, 3, 7, 40};

  static final int COUNT = SIZES.length;

  private Groups() {}

  static String prefix(int group) {
    return group + "/";
  }

  /** Every key of the group, with the timestamp as its value. */
  static List<Mutation> write(int group, long ts) {
    List<Mutation> mutations = new ArrayList<>(SIZES[group]);
    for (int i = 0; i < SIZES[group]; i++) {
      mutations.add(Mutation.put(bytes(key(group, i)), bytes("" + ts)));
    }
    return mutations;
  }

  static byte[] prefixBytes(int group) {
    return bytes(prefix(group));
  }

  /** The first and the last key of a group. */
  static byte[] key(int group, boolean first) {
    return bytes(key(group, first ? 0 : SIZES[group] - 1));
  }

  private static String key(int group, int i) {
    return prefix(group) + (10_000 + i);
  }

  /** Scans everything, checks that all groups are whole, and returns what it saw, ascending. */
  static List<KeyValue> scanWhole(MvccStore store, long ts, boolean reverse) {
    List<KeyValue> seen =
        reverse
            ? store.reverseScanAt(KeyRange.all(), Integer.MAX_VALUE, ts)
            : store.scanAt(KeyRange.all(), Integer.MAX_VALUE, ts);
    List<KeyValue> ascending = new ArrayList<>(seen);
    if (reverse) {
      Collections.reverse(ascending);
    }
    checkWhole(ascending);
    return ascending;
  }

  static void checkWhole(List<KeyValue> ascending) {
    int at = 0;
    while (at < ascending.size()) {
      String key = text(ascending.get(at).key());
      int group = Integer.parseInt(key.substring(0, key.indexOf('/')));
      byte[] value = ascending.get(at).value();
      for (int i = 0; i < SIZES[group]; i++, at++) {
        boolean whole =
            at < ascending.size()
                && text(ascending.get(at).key()).equals(key(group, i))
                && Arrays.equals(ascending.get(at).value(), value);
        if (!whole) {
          throw new AssertionError(
              String.format(
                  "group %d is not whole at its key %d: %s",
                  group, i, at < ascending.size() ? ascending.get(at) : "the scan ends"));
        }
      }
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
