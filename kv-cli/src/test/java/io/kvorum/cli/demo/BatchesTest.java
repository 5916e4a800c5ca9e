// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyValue;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchesTest {

  private static final KeyValue SMALL = new KeyValue(new byte[10], new byte[10]);
  private static final KeyValue LARGE = new KeyValue(new byte[10], new byte[200 * 1024]);

  @Test
  void cutsByCountAndByBytesAndKeepsEveryEntry() {
    List<List<KeyValue>> batches = Batches.of(Collections.nCopies(130, SMALL));
    assertThat(batches).extracting(List::size).containsExactly(64, 64, 2);
    assertThat(Batches.of(List.of(LARGE, LARGE, SMALL))).hasSize(2);
    assertThat(Batches.of(List.of())).isEmpty();
  }

  /** Otherwise the demo would wait for a write after the kill that nobody submits. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 100, 2249})
  void aBatchIsLeftToWriteBetweenTheKillAndTheRestart(int batches) {
    assertThat(Batches.threeQuarters(batches)).isGreaterThan(batches / 2);
    assertThat(Batches.threeQuarters(batches)).isLessThanOrEqualTo(batches);
  }
}
