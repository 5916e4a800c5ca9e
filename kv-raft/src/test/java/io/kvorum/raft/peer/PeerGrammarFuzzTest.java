// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages of any bytes: refused as an IOException, or read to something that travels again. */
class PeerGrammarFuzzTest {

  static Stream<byte[]> messages() {
    return Stream.of(
            "",
            "0101000000000000000102626f6479",
            "01026e31",
            "010300000000000000056e32",
            "010500000000000000056e32",
            "010400000000000000056e33",
            "0140626f6479",
            "014100000000000000070000000000000102",
            "0142ffffffffffffffff",
            "0143046e6f",
            "0144",
            "0102ffc0",
            "0143",
            "0201",
            "01")
        .map(HexFormat.of()::parseHex);
  }

  @MethodSource("messages")
  @FuzzTest
  void message(byte[] bytes) {
    ByteString raw = ByteString.copyFrom(bytes);
    try {
      PeerRequest request = PeerGrammar.decodeRequest(raw);
      assertThat(PeerGrammar.decodeRequest(PeerGrammar.encode(request))).isEqualTo(request);
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
    try {
      PeerAnswer answer = PeerGrammar.decodeAnswer(raw);
      assertThat(PeerGrammar.decodeAnswer(PeerGrammar.encode(answer))).isEqualTo(answer);
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
