// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerProtocolTest {

  private static final PeerProtocol.EnvelopeBytes BYTES = new PeerProtocol.EnvelopeBytes();

  @Property
  void anEnvelopeTravels(@ForAll long number, @ForAll byte[] message) {
    Envelope envelope = new Envelope(number, ByteString.copyFrom(message));
    assertThat(BYTES.parse(BYTES.stream(envelope))).isEqualTo(envelope);
  }

  @Test
  void theNumberComesFirst() throws IOException {
    byte[] bytes = BYTES.stream(new Envelope(0x102, ByteString.copyFromUtf8("m"))).readAllBytes();
    assertThat(bytes).isEqualTo(HexFormat.of().parseHex("00000000000001026d"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7})
  void oneThatIsCutIsRefused(int length) {
    assertThatThrownBy(() -> BYTES.parse(new ByteArrayInputStream(new byte[length])))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("an envelope of only " + length + " bytes");
  }
}
