// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerGrammarTest {

  private static final ByteString BODY = ByteString.copyFromUtf8("body");

  @Test
  void writesTheBytesOfThePackageAndReadsThemBack() throws IOException {
    request(new PeerRequest.Submit(BODY, 258), "010100000000000001" + "02" + "626f6479");
    request(new PeerRequest.TermProbe("n1"), "0102" + "6e31");
    request(new PeerRequest.ReadIndex("n2", 5, false), "0103000000000000000" + "5" + "6e32");
    request(new PeerRequest.ReadIndex("n2", 5, true), "0105000000000000000" + "5" + "6e32");
    request(new PeerRequest.Transfer("n3", 5), "0104000000000000000" + "5" + "6e33");
    answer(new PeerAnswer.Applied(BODY), "0140626f6479");
    answer(new PeerAnswer.Term(7, 258), "01410000000000000007" + "0000000000000102");
    answer(new PeerAnswer.Index(-1), "0142ffffffffffffffff");
    answer(new PeerAnswer.Refused(Refusal.INVALID, "no"), "0143046e6f");
    answer(new PeerAnswer.Done(), "0144");
  }

  @Test
  void everyRefusalTravels() throws IOException {
    for (Refusal refusal : Refusal.values()) {
      PeerAnswer answer = new PeerAnswer.Refused(refusal, "because");
      assertThat(PeerGrammar.decodeAnswer(PeerGrammar.encode(answer))).isEqualTo(answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "0202", "0106", "010100", "0103000000000000"})
  void refusesOtherRequests(String hex) {
    assertThatThrownBy(() -> PeerGrammar.decodeRequest(bytes(hex))).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "01", "0241", "0145", "0141", "01410000000000000007", "0143", "01437f"})
  void refusesOtherAnswers(String hex) {
    String even = hex.length() % 2 == 0 ? hex : hex + "0";
    assertThatThrownBy(() -> PeerGrammar.decodeAnswer(bytes(even))).isInstanceOf(IOException.class);
  }

  private static void request(PeerRequest request, String hex) throws IOException {
    assertThat(PeerGrammar.encode(request)).isEqualTo(bytes(hex));
    assertThat(PeerGrammar.decodeRequest(bytes(hex))).isEqualTo(request);
  }

  private static void answer(PeerAnswer answer, String hex) throws IOException {
    assertThat(PeerGrammar.encode(answer)).isEqualTo(bytes(hex));
    assertThat(PeerGrammar.decodeAnswer(bytes(hex))).isEqualTo(answer);
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
