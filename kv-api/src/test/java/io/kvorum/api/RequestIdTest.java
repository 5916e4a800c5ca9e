// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

  @Test
  void comesBackFromItsText() {
    for (RequestId id :
        new RequestId[] {new RequestId(0, 1), new RequestId(Long.MAX_VALUE, Long.MAX_VALUE)}) {
      assertThat(RequestId.parse(id.toString())).isEqualTo(id);
    }
    assertThat(new RequestId(112233, 17)).hasToString("112233-17");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "7",
        "7-",
        "-7",
        "7-0",
        "-7-1",
        "07-1",
        "7-01",
        "+7-1",
        "7-1 ",
        "7--1",
        "a-1",
        "9223372036854775808-1",
        "7-1-1"
      })
  void refusesOtherTexts(String text) {
    assertThatThrownBy(() -> RequestId.parse(text)).isInstanceOf(InvalidArgumentException.class);
  }
}
