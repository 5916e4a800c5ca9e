// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log of few long entries is bounded by its bytes: their number would not bound it. */
@Timeout(120)
final class LogBytesTest {

  private static final int MIB = 1 << 20;
  private static final int CHECKPOINT_BYTES = 8 * MIB;
  private static final int VALUE_BYTES = MIB;
  private static final int WRITES = 40;

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void theLogIsCutWhenItHasGrownBySoManyBytes(SyncMode mode) throws IOException {
    try (KvNode node = start(mode)) {
      for (int i = 0; i < WRITES; i++) {
        node.kv().put(key(i), new byte[VALUE_BYTES]);
        assertThat(node.logBacklog().keptEntries()).as("far from any bound").isLessThan(100);
      }
      // Up to the bound since the last checkpoint, half of it below; a segment more on either side,
      // and the one that is allocated for what comes.
      int most = CHECKPOINT_BYTES * 3 / 2 + 3 * RaftSettings.SEGMENT_BYTES;
      Awaitility.await("the purge").until(() -> logBytes() <= most);
      assertThat(node.logBacklog().firstIndex()).isPositive();
      assertThat(node.logBacklog().keptEntries()).as("a tail stays").isGreaterThanOrEqualTo(3);
    }
    try (KvNode node = start(mode)) {
      for (int i = 0; i < WRITES; i++) {
        assertThat(node.kv().get(key(i))).hasSize(VALUE_BYTES);
      }
    }
  }

  private KvNode start(SyncMode mode) {
    return KvNode.builder()
        .dataDir(dir)
        .storeOptions(StoreOptions.defaults())
        .fsmSyncMode(mode)
        .diskReserve(0)
        .checkpointBytes(CHECKPOINT_BYTES)
        .start();
  }

  private long logBytes() throws IOException {
    try (Stream<Path> files = Files.walk(dir.resolve("raft"))) {
      List<Path> segments =
          files.filter(file -> file.getFileName().toString().startsWith("log_")).toList();
      return segments.stream().mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static byte[] key(int i) {
    return ("k" + i).getBytes(UTF_8);
  }
}
