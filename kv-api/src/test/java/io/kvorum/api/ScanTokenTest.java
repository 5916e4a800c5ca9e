// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanTokenTest {

  private static final byte[] A = {0, 'a'};
  private static final byte[] B = {(byte) 0xFF};

  private static final List<ScanToken> TOKENS =
      List.of(
          new ScanToken(KeyRange.all(), 0, false),
          new ScanToken(KeyRange.from(A), Long.MAX_VALUE, true),
          new ScanToken(new KeyRange(null, B), 7, false),
          new ScanToken(KeyRange.of(A, B), 7, true),
          new ScanToken(KeyRange.of(new byte[0], new byte[0]), 7, true));

  @Test
  void comesBackFromItsBytes() {
    for (ScanToken token : TOKENS) {
      assertThat(ScanToken.fromBytes(token.toBytes())).isEqualTo(token);
    }
  }

  @Test
  void refusesBytesThatAreCutOrLonger() {
    for (ScanToken token : TOKENS) {
      byte[] bytes = token.toBytes();
      for (int length = 0; length <= bytes.length + 1; length++) {
        if (length != bytes.length) {
          byte[] other = Arrays.copyOf(bytes, length);
          assertThatThrownBy(() -> ScanToken.fromBytes(other))
              .isInstanceOf(InvalidArgumentException.class)
              .hasMessageContaining("begin the scan anew");
        }
      }
    }
  }

  @Test
  void refusesOtherVersionsFlagsAndTimestamps() {
    for (int at : new int[] {0, 1, 2}) {
      byte[] bytes = TOKENS.get(0).toBytes();
      bytes[at] = (byte) 0x88;
      assertThatThrownBy(() -> ScanToken.fromBytes(bytes))
          .isInstanceOf(InvalidArgumentException.class);
    }
  }
}
