// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class FailoverCommandTest {

  @ParameterizedTest
  @ValueSource(strings = {"0", "1001", "-1"})
  void aBadNumberOfTriesIsRefusedWithASentence(String tries) {
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new FailoverCommand())
            .setErr(new PrintWriter(err))
            .execute("--tries=" + tries);
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("--tries is " + tries + ", allowed are 1 to 1000");
  }

  @Test
  void aRowTellsMedianAndSpread() {
    FaultResult result = new FaultResult("a fault", List.of(30.0, 10.0, 20.4), List.of(2L, 1L, 1L));
    assertThat(result.row()).contains("a fault", "3", "20 [10-30]", "1 [1-2]");
  }
}
