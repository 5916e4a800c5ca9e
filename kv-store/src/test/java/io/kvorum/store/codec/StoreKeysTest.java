// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of keys, byte for byte, and the orders that the store relies on. */
class StoreKeysTest {

  private static final byte[] ALPHABET = {0, 1, 0x61, (byte) 0xFE, (byte) 0xFF};
  private static final long[] TIMESTAMPS = {0, 1, 7, 255, 256, Long.MAX_VALUE - 1, Long.MAX_VALUE};

  /** All keys of up to three bytes over the alphabet, the empty one too, in order. */
  private static List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>(List.of(new byte[0]));
    for (int from = 0, length = 1; length <= 3; length++) {
      int to = keys.size();
      for (; from < to; from++) {
        for (byte b : ALPHABET) {
          byte[] longer = Arrays.copyOf(keys.get(from), length);
          longer[length - 1] = b;
          keys.add(longer);
        }
      }
    }
    keys.sort(Arrays::compareUnsigned);
    return keys;
  }

  @Test
  void bytesOfVersion2NeverChange() {
    byte[] key = {0x61, 0, (byte) 0xFF};
    assertThat(hex(StoreKeys.newest(key))).isEqualTo("6e6100ff");
    assertThat(hex(StoreKeys.history(key, 5))).isEqualTo("686100ffff0000fffffffffffffffa");
    assertThat(hex(StoreKeys.historyEnd(key))).isEqualTo("686100ffff0001");
    assertThat(hex(StoreKeys.historyEnd(new byte[] {0x61}))).isEqualTo("68610001");
    assertThat(hex(StoreKeys.garbage(5, 9))).isEqualTo("6700000000000000050000000000000009");
    assertThat(hex(StoreKeys.undo(5, 9))).isEqualTo("75fffffffffffffffa0000000000000009");
    assertThat(hex(StoreKeys.undoFirst())).isEqualTo("75");
    assertThat(hex(StoreKeys.undoLast())).isEqualTo("76");
    assertThat(hex(StoreKeys.prefixDelete(5, 9))).isEqualTo("64000000000000000500000009");
    assertThat(hex(StoreKeys.format())).isEqualTo("6d66");
    assertThat(hex(StoreKeys.applied())).isEqualTo("6d70");
    assertThat(hex(StoreKeys.timestamps())).isEqualTo("6d74");
    assertThat(hex(StoreKeys.newestFrom(null))).isEqualTo("6e");
    assertThat(hex(StoreKeys.newestTo(null))).isEqualTo("6f");
    assertThat(hex(StoreKeys.newestFrom(key))).isEqualTo("6e6100ff");
    assertThat(hex(StoreKeys.newestTo(key))).isEqualTo("6e6100ff");
    assertThat(hex(StoreKeys.historyFirst())).isEqualTo("68");
    assertThat(hex(StoreKeys.historyLast())).isEqualTo("69");
    assertThat(hex(StoreKeys.prefixDeleteFirst())).isEqualTo("64");
    assertThat(hex(StoreKeys.prefixDeleteLast())).isEqualTo("65");
  }

  @Test
  void whatIsEncodedIsDecoded() {
    for (byte[] key : keys()) {
      assertThat(StoreKeys.userKeyOfNewest(StoreKeys.newest(key))).isEqualTo(key);
      for (long ts : TIMESTAMPS) {
        byte[] history = StoreKeys.history(key, ts);
        assertThat(StoreKeys.userKeyOfHistory(history)).isEqualTo(key);
        assertThat(StoreKeys.historyTs(history)).isEqualTo(ts);
        assertThat(StoreKeys.garbageTs(StoreKeys.garbage(ts, 3))).isEqualTo(ts);
        assertThat(StoreKeys.undoTs(StoreKeys.undo(ts, 3))).isEqualTo(ts);
        byte[] delete = StoreKeys.prefixDelete(ts, 3);
        assertThat(StoreKeys.prefixDeleteTs(delete)).isEqualTo(ts);
        assertThat(StoreKeys.prefixDeleteOrdinal(delete)).isEqualTo(3);
      }
    }
  }

  /** By user key, then newest first; each key's records end before the next key's begin. */
  @Test
  void historySortsByKeyThenNewestFirst() {
    List<byte[]> sorted = new ArrayList<>();
    for (byte[] key : keys()) {
      for (int i = TIMESTAMPS.length - 1; i >= 0; i--) {
        sorted.add(StoreKeys.history(key, TIMESTAMPS[i]));
      }
      sorted.add(StoreKeys.historyEnd(key));
    }
    assertThat(sorted).isSortedAccordingTo(Arrays::compareUnsigned).doesNotHaveDuplicates();
    assertThat(Arrays.compareUnsigned(StoreKeys.historyFirst(), sorted.get(0))).isNegative();
    byte[] last = sorted.get(sorted.size() - 1);
    assertThat(Arrays.compareUnsigned(last, StoreKeys.historyLast())).isNegative();
  }

  @Test
  void garbageSortsByDueTimestampThenSequence() {
    List<byte[]> sorted = new ArrayList<>();
    for (long ts : TIMESTAMPS) {
      sorted.add(StoreKeys.garbage(ts, 0));
      sorted.add(StoreKeys.garbage(ts, 7));
      byte[] after = StoreKeys.garbageAfter(ts);
      assertThat(Arrays.compareUnsigned(sorted.get(sorted.size() - 1), after)).isNegative();
      if (ts < Long.MAX_VALUE) {
        assertThat(after).isEqualTo(StoreKeys.garbage(ts + 1, 0));
      }
    }
    assertThat(sorted).isSortedAccordingTo(Arrays::compareUnsigned);
    assertThat(hex(StoreKeys.garbageAfter(Long.MAX_VALUE))).isEqualTo("68");
  }

  /** What is due last comes first. */
  @Test
  void undoSortsByDueTimestampFallingThenSequence() {
    List<byte[]> sorted = new ArrayList<>(List.of(StoreKeys.undoFirst()));
    for (int i = TIMESTAMPS.length - 1; i >= 0; i--) {
      sorted.add(StoreKeys.undoDueAt(TIMESTAMPS[i]));
      sorted.add(StoreKeys.undo(TIMESTAMPS[i], 1));
      sorted.add(StoreKeys.undo(TIMESTAMPS[i], 7));
    }
    sorted.add(StoreKeys.undoLast());
    assertThat(sorted).isSortedAccordingTo(Arrays::compareUnsigned).doesNotHaveDuplicates();
  }

  @Test
  void metadataKeysAreCopies() {
    StoreKeys.format()[0] = 9;
    StoreKeys.applied()[0] = 9;
    StoreKeys.timestamps()[0] = 9;
    bytesOfVersion2NeverChange();
  }

  /** Too short, another space, no terminator, a 00 that is not escaped or ends the key. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "68",
        "680000ffffffffffffff",
        "6e610000fffffffffffffffa",
        "68610100fffffffffffffffa",
        "68610001fffffffffffffffa",
        "6800610000fffffffffffffffa",
        "686100" + "0000fffffffffffffffa"
      })
  void otherBytesAreNoHistoryKey(String hex) {
    assertThat(StoreKeys.userKeyOfHistory(HexFormat.of().parseHex(hex))).isNull();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
