// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static io.kvorum.store.Streams.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Cancellation;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** Long histories against the store in memory. */
class DeepHistoriesTest {

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);

  /** Effort 0: as little as tells a mutant from the original. */
  private static final int STEPS = Integer.getInteger("kvorum.effort", 1) == 0 ? 8 : 60;

  private static final List<byte[]> KEYS =
      List.of(new byte[] {'k'}, new byte[] {'k', 0}, new byte[] {0});

  /**
   * Keys with hundreds of versions, most of them of one key: every read and every stream is that of
   * the store in memory, whatever was written late, collected, restored or opened again.
   */
  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void deepHistoriesAreThoseOfTheStoreInMemory(@ForAll long seed) throws IOException {
    Path folder = Files.createTempDirectory("kvorum-older");
    try (InMemoryMvccStore memory = InMemoryMvccStore.create(OPTIONS)) {
      new DeepRun(seed, folder, memory).run();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  private static final class DeepRun {

    private final Random random;
    private final Path folder;
    private final InMemoryMvccStore memory;
    private RocksMvccStore store;
    private long lastTs = 1;

    DeepRun(long seed, Path folder, InMemoryMvccStore memory) {
      this.random = new Random(seed);
      this.folder = folder;
      this.memory = memory;
      this.store = RocksMvccStore.open(folder.resolve("store"), OPTIONS);
    }

    void run() {
      try {
        for (int step = 0; step < STEPS; step++) {
          switch (random.nextInt(14)) {
            case 0 -> reopen();
            case 1 -> compact();
            case 2 -> restore();
            case 3 -> both(each -> each.deletePrefixAt(new byte[] {'k'}, null, tick()));
            case 4, 5 -> late();
            default -> group();
          }
          compare();
        }
      } finally {
        store.close();
      }
      assertThat(StoreCheck.check(folder.resolve("store")).problems()).isEmpty();
    }

    /** One action with the same timestamp on both. */
    private void both(Consumer<MvccStore> action) {
      long before = lastTs;
      action.accept(memory);
      lastTs = before;
      action.accept(store);
    }

    private long tick() {
      return ++lastTs;
    }

    private void reopen() {
      store.close();
      Path path = folder.resolve("store");
      assertThat(StoreCheck.check(path).problems()).isEmpty();
      store = RocksMvccStore.open(path, OPTIONS);
    }

    private void compact() {
      long to = Math.max(0, lastTs - random.nextInt(500));
      memory.compact(to, Cancellation.NEVER);
      store.compact(to, Cancellation.NEVER);
    }

    private void restore() {
      byte[] stream = stream(store);
      assertThat(stream).isEqualTo(stream(memory));
      store.restore(new ByteArrayInputStream(stream));
    }

    /** Below the newest version, at a timestamp that may be taken. */
    private void late() {
      byte[] key = key();
      long ts = Math.max(memory.minRetainedTs() + 1, lastTs - random.nextInt(120));
      lastTs = Math.max(lastTs, ts);
      byte[] value = value();
      for (MvccStore each : List.of(memory, store)) {
        if (value == null) {
          each.deleteAt(key, ts);
        } else {
          each.putAt(key, value, ts, 0);
        }
      }
    }

    /** Many writes of few keys in one write. */
    private void group() {
      try (RaftBatch first = memory.openRaftBatch();
          RaftBatch second = store.openRaftBatch()) {
        for (int i = random.nextInt(60); i >= 0; i--) {
          byte[] key = key();
          byte[] value = value();
          lastTs = Math.max(lastTs, memory.minRetainedTs()) + 1 + random.nextInt(2);
          long expireAt = random.nextInt(10) == 0 ? lastTs + random.nextInt(100) + 1 : 0;
          Mutation mutation =
              value == null ? Mutation.delete(key) : Mutation.put(key, value, expireAt);
          for (RaftBatch each : List.of(first, second)) {
            each.applyMutationsRaft(List.of(mutation), List.of(), lastTs, lastTs);
          }
          long ts = readTs();
          assertThat(second.getAt(key, ts)).isEqualTo(first.getAt(key, ts));
        }
        LogPosition position = new LogPosition(1, memory.appliedPosition().index() + 1);
        first.commit(position);
        second.commit(position);
      }
    }

    private byte[] key() {
      return KEYS.get(random.nextInt(8) == 0 ? 1 + random.nextInt(KEYS.size() - 1) : 0);
    }

    private byte @Nullable [] value() {
      byte[] value = new byte[random.nextInt(90)];
      random.nextBytes(value);
      return random.nextInt(8) == 0 ? null : value;
    }

    private long readTs() {
      long oldest = memory.minRetainedTs();
      return oldest + random.nextLong(Math.max(1, lastTs + 2 - oldest));
    }

    private void compare() {
      for (int i = 0; i < 40; i++) {
        long ts = readTs();
        for (byte[] key : KEYS) {
          assertThat(store.getAt(key, ts)).as("at %s", ts).isEqualTo(memory.getAt(key, ts));
        }
        assertThat(store.scanAt(KeyRange.all(), 9, ts))
            .isEqualTo(memory.scanAt(KeyRange.all(), 9, ts));
      }
      assertThat(store.lastCommitTs()).isEqualTo(memory.lastCommitTs());
      assertThat(stream(store)).isEqualTo(stream(memory));
    }
  }
}
