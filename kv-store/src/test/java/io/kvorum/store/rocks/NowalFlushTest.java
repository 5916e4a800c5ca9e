// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.FlushSchedule;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When memory reaches the disk in nowal mode, and what a crash leaves in between. */
@Timeout(60)
class NowalFlushTest {

  private static final long NEVER_BYTES = 1L << 40;
  private static final long NEVER_ENTRIES = 1L << 40;
  private static final Duration NEVER = Duration.ofDays(1);
  private static final FlushSchedule BY_NOTHING =
      new FlushSchedule(NEVER_BYTES, NEVER_ENTRIES, NEVER);
  private static final int ENTRY_BYTES = 10_000;

  @TempDir Path dir;

  @AfterEach
  void nothingNativeIsLeaked() {
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @Test
  void flushesAfterSoManyEntries() {
    try (RocksMvccStore store = open(new FlushSchedule(NEVER_BYTES, 10, NEVER))) {
      apply(store, 0, 9);
      assertThat(store.durablePosition()).isEqualTo(LogPosition.NONE);
      apply(store, 9, 10);
      Awaitility.await().until(() -> store.durablePosition().equals(at(9)));
    }
  }

  @Test
  void flushesAfterSoManyBytes() {
    try (RocksMvccStore store = open(new FlushSchedule(100_000, NEVER_ENTRIES, NEVER))) {
      apply(store, 0, 9);
      assertThat(store.durablePosition()).isEqualTo(LogPosition.NONE);
      apply(store, 9, 10);
      Awaitility.await().until(() -> store.durablePosition().equals(at(9)));
    }
  }

  @Test
  void flushesWhatIsOld() {
    FlushSchedule schedule = new FlushSchedule(NEVER_BYTES, NEVER_ENTRIES, Duration.ofMillis(20));
    try (RocksMvccStore store = open(schedule)) {
      apply(store, 0, 1);
      Awaitility.await().until(() -> store.durablePosition().equals(at(0)));
      apply(store, 1, 2);
      Awaitility.await().until(() -> store.durablePosition().equals(at(1)));
    }
  }

  @Test
  void aCloseFlushesWhatMemoryHolds() {
    try (RocksMvccStore store = open(BY_NOTHING)) {
      apply(store, 0, 5);
    }
    try (RocksMvccStore store = open(BY_NOTHING)) {
      assertThat(store.appliedPosition()).isEqualTo(at(4));
      assertThat(store.durablePosition()).isEqualTo(at(4));
    }
  }

  /** R2: a direct write must not become durable before the raft writes under it. */
  @Test
  void aDirectWriteTakesEarlierRaftWritesAlong() {
    try (RocksMvccStore store = open(BY_NOTHING)) {
      apply(store, 0, 5);
      assertThat(store.durablePosition()).isEqualTo(LogPosition.NONE);
      store.putAt(key("direct"), key("v"), 9, 0);
      assertThat(store.durablePosition()).isEqualTo(at(4));
    }
  }

  /**
   * D3: RocksDB flushes full memtables by itself, at moments of its own. The position stands in the
   * memtable of its data, so what any flush leaves is the effect of a prefix of the log.
   */
  @Test
  void whatIsOnDiskIsAPrefixWheneverRocksDbFlushes() throws IOException {
    int entries = 1000;
    LogPosition durable;
    RocksMvccStore store = open(BY_NOTHING);
    try {
      apply(store, 0, entries);
      Awaitility.await().until(() -> store.durablePosition().index() > 0);
      durable = store.durablePosition();
    } finally {
      closeWithoutAFlush(store);
    }
    assertThat(durable.index()).isLessThan(entries - 1);
    try (RocksMvccStore reopened = open(BY_NOTHING)) {
      LogPosition found = reopened.appliedPosition();
      assertThat(found.index()).isGreaterThanOrEqualTo(durable.index()).isLessThan(entries - 1);
      assertThat(reopened.durablePosition()).isEqualTo(found);
      for (int i = 0; i < entries; i++) {
        assertThat(reopened.existsAt(key("k" + i), MvccStore.LATEST))
            .as("entry %d, the store is at %s", i, found)
            .isEqualTo(i <= found.index());
      }
      assertThat(reopened.lastCommitTs()).isEqualTo(found.index() + 1);
      apply(reopened, (int) found.index() + 1, entries);
      assertThat(reopened.appliedPosition()).isEqualTo(at(entries - 1));
    }
  }

  /** D6. */
  @Test
  void theFirstFlushThatFailsStopsTheStore() throws IOException {
    List<StoreFailedException> told = new CopyOnWriteArrayList<>();
    RocksMvccStore store = open(new FlushSchedule(NEVER_BYTES, 10, NEVER));
    store.onFailure(told::add);
    Path generation = dir.resolve("gen-000001");
    Path away = Files.move(generation, dir.resolve("away"));
    apply(store, 0, 10);
    Awaitility.await().until(() -> !told.isEmpty());
    assertThatThrownBy(() -> apply(store, 10, 11))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining("has stopped");
    assertThatThrownBy(store::durablePosition).isInstanceOf(StoreFailedException.class);
    List<StoreFailedException> toldLate = new CopyOnWriteArrayList<>();
    store.onFailure(toldLate::add);
    Files.move(away, generation); // the disk is well again, but the failure is not forgotten
    assertThatThrownBy(() -> apply(store, 10, 11)).isInstanceOf(StoreFailedException.class);
    store.close();
    assertThat(told).hasSize(1);
    try (RocksMvccStore reopened = open(BY_NOTHING)) {
      assertThat(reopened.appliedPosition()).isEqualTo(LogPosition.NONE);
    }
  }

  @Test
  void aScheduleThatNeverFlushesOrAlwaysDoesIsRefused() {
    assertThatThrownBy(() -> new FlushSchedule(1, 1, NEVER))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("65536");
    assertThatThrownBy(() -> new FlushSchedule(NEVER_BYTES, 0, NEVER))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> new FlushSchedule(NEVER_BYTES, 1, Duration.ZERO))
        .isInstanceOf(InvalidArgumentException.class);
  }

  /** The flush of the close fails because the directory is not there; then it is there again. */
  private void closeWithoutAFlush(RocksMvccStore store) throws IOException {
    Path generation = dir.resolve("gen-000001");
    Path away = Files.move(generation, dir.resolve("away"));
    assertThatThrownBy(store::close).isInstanceOf(StoreFailedException.class);
    Files.move(away, generation);
  }

  private RocksMvccStore open(FlushSchedule schedule) {
    return RocksMvccStore.open(
        dir,
        StoreOptions.defaults()
            .withFsmSyncMode(SyncMode.NOWAL)
            .withMaxValueBytes(ENTRY_BYTES)
            .withMemoryBudget(12L << 20)
            .withFlushSchedule(schedule));
  }

  private static void apply(RocksMvccStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      store.applyMutationsRaft(
          at(i),
          List.of(Mutation.put(key("k" + i), new byte[ENTRY_BYTES])),
          List.of(),
          i + 1,
          i + 1);
    }
  }

  private static LogPosition at(long index) {
    return new LogPosition(1, index);
  }

  private static byte[] key(String text) {
    return text.getBytes(UTF_8);
  }
}
