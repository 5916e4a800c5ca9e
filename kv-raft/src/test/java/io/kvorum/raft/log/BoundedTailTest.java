// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoundedTailTest {

  @TempDir Path log;

  @BeforeEach
  void segments() throws IOException {
    segment("log_0-9", 100);
    segment("log_10-19", 100);
    segment("log_20-29", 100);
    segment("log_inprogress_30", 50);
    segment("raft-meta", 1_000);
  }

  @Test
  void theStricterOfBothBoundsCounts() {
    assertThat(new BoundedTail(log, 25, 1_000).purgeTo(32)).isEqualTo(7);
    assertThat(new BoundedTail(log, 5, 1_000).purgeTo(32)).isEqualTo(27);
    assertThat(new BoundedTail(log, 25, 200).purgeTo(32)).isEqualTo(9);
    assertThat(new BoundedTail(log, 25, 199).purgeTo(32)).isEqualTo(19);
    assertThat(new BoundedTail(log, 25, 99).purgeTo(32)).isEqualTo(29);
  }

  @Test
  void nothingBehindTheCheckpointGoesAndNothingWhileBothHaveRoom() {
    assertThat(new BoundedTail(log, 25, 1).purgeTo(23)).isEqualTo(23);
    assertThat(new BoundedTail(log, 100, 1_000).purgeTo(32)).isNegative();
    assertThat(new BoundedTail(log.resolve("none"), 100, 1).purgeTo(32)).isNegative();
  }

  private void segment(String name, int bytes) throws IOException {
    Files.write(log.resolve(name), new byte[bytes]);
  }
}
