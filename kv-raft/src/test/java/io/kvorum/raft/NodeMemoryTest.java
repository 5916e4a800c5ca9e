// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeMemoryTest {

  private static final long MIB = 1L << 20;
  private static final String FIVE =
      "n1=127.0.0.1:1,n2=127.0.0.1:2,n3=127.0.0.1:3,n4=127.0.0.1:4,n5=127.0.0.1:5";

  @TempDir Path dir;

  private NodeSettings settings(long budget) {
    NodeBuilder builder = new NodeBuilder();
    builder
        .dataDir(dir.resolve("data"))
        .peer("n1")
        .group(FIVE)
        .storeOptions(StoreOptions.defaults().withMemoryBudget(budget));
    return builder.settings();
  }

  @ParameterizedTest
  @ValueSource(longs = {320 * MIB, 512 * MIB, 512 * MIB + 7, 1024 * MIB, 1L << 40})
  void partsSumToTheBudget(long budget) {
    NodeMemory memory = NodeMemory.of(settings(budget));
    assertThat(
            memory.inFlight()
                + memory.logBuffer()
                + memory.appendBuffers()
                + memory.segmentCache()
                + memory.local()
                + memory.store())
        .isEqualTo(budget);
    assertThat(memory.inFlight()).isEqualTo(64 * MIB);
    assertThat(memory.segmentCache()).isBetween(8 * MIB, 32 * MIB);
    assertThat(memory.store()).isGreaterThanOrEqualTo(56 * MIB);
  }

  @Test
  void aBudgetTooSmallForTheLimitsIsRefusedBeforeAnythingIsMade() {
    NodeSettings settings = settings(200 * MIB);
    assertThatThrownBy(() -> NodeStart.start(settings))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("memoryBudget is 209715200, at least ")
        .hasMessageContaining("maxInFlight 67108864 bytes")
        .hasMessageContaining("maxValueBytes 16777216 and 5 members");
    assertThat(dir).isEmptyDirectory();
  }
}
