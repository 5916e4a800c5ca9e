// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.DiskFullException;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Less space than the reserve, as an injected reading tells it. */
@Timeout(60)
class DiskReserveTest {

  private static final long RESERVE = 1000;

  @TempDir Path dir;

  private final AtomicLong free = new AtomicLong(RESERVE);

  @Test
  void writesAreRefusedBeforeTheyAreProposedAndTakenAgainByThemselves() {
    try (KvNode node = start()) {
      node.kv().put(bytes("a"), bytes("1"));
      assertThat(node.isDiskLow()).isFalse();
      LogPosition before = node.appliedPosition();

      free.set(RESERVE - 1);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> node.kv().put(bytes("b"), bytes("2")))
                      .isInstanceOf(DiskFullException.class)
                      .hasMessageContaining("999 bytes left, 1000 are kept in reserve"));
      LogPosition low = node.appliedPosition();
      assertThatThrownBy(() -> node.kv().delete(bytes("a"))).isInstanceOf(DiskFullException.class);
      assertThatThrownBy(() -> node.localStore().putAt(bytes("x"), bytes("y"), 1, 0))
          .isInstanceOf(DiskFullException.class);
      assertThat(node.isDiskLow()).isTrue();
      assertThat(node.kv().get(bytes("a"))).isEqualTo(bytes("1"));
      assertThat(node.localStore().getAt(bytes("x"), 1)).isNull();
      assertThat(low.index()).isGreaterThanOrEqualTo(before.index());
      assertThat(node.appliedPosition()).as("nothing was proposed").isEqualTo(low);
      assertThat(node.failure()).isEmpty();

      free.set(RESERVE);
      Awaitility.await()
          .ignoreExceptionsInstanceOf(DiskFullException.class)
          .untilAsserted(() -> node.kv().put(bytes("c"), bytes("3")));
      assertThat(node.isDiskLow()).isFalse();
      node.localStore().putAt(bytes("x"), bytes("y"), 1, 0);
    }
  }

  @Test
  void aNodeStartsOnALowDisk() {
    free.set(0);
    try (KvNode node = start()) {
      assertThat(node.isDiskLow()).isTrue();
      assertThat(node.kv().get(bytes("a"))).isNull();
      assertThatThrownBy(() -> node.kv().putAsync(bytes("a"), bytes("1")))
          .isInstanceOf(DiskFullException.class);
    }
  }

  @Test
  void theReserveCoversWhatIsInFlight() {
    NodeBuilder builder = new NodeBuilder();
    builder.dataDir(dir).maxInFlight(10, 1 << 30);
    assertThat(builder.settings().diskReserveBytes()).isGreaterThan(3L << 30);
    assertThatThrownBy(() -> builder.diskReserve(-1)).isInstanceOf(InvalidArgumentException.class);
  }

  private KvNode start() {
    NodeBuilder builder = new NodeBuilder().freeBytes(free::get);
    return builder.dataDir(dir).diskReserve(RESERVE).start();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
