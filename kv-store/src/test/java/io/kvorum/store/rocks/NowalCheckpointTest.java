// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static io.kvorum.api.MvccStore.LATEST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** R9: a checkpoint that is taken in nowal mode, beside writes of both families. */
@Timeout(120)
class NowalCheckpointTest {

  private static final int CHECKPOINTS = 15;
  private static final StoreOptions NOWAL = StoreOptions.defaults().withFsmSyncMode(SyncMode.NOWAL);

  @TempDir Path dir;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong written = new AtomicLong();

  @Test
  void holdsWhatWasWrittenBeforeItAndNoDirectWriteWithoutTheRaftWriteUnderIt() throws Exception {
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (CheckpointableStore store = RocksMvccStore.open(dir.resolve("store"), NOWAL)) {
      Future<?> writes = writer.submit(() -> write(store));
      for (int i = 0; i < CHECKPOINTS; i++) {
        long before = written.get();
        Path copy = dir.resolve("copy-" + i);
        LogPosition position = store.checkpoint(copy);
        assertThat(copy)
            .isDirectoryNotContaining(file -> isLog(file) && file.toFile().length() > 0);
        assertIsWhole(copy, position, before);
      }
      done.set(true);
      writes.get(30, TimeUnit.SECONDS);
    } finally {
      done.set(true);
      writer.shutdownNow();
    }
  }

  private void write(CheckpointableStore store) {
    for (long ts = 2; !done.get(); ts += 2) {
      List<Mutation> put = List.of(Mutation.put(bytes("raft"), bytes(ts)));
      store.applyMutationsRaft(new LogPosition(1, ts), put, List.of(), ts, ts);
      store.putAt(bytes("direct"), bytes(ts), ts + 1, 0);
      written.set(ts);
    }
  }

  private static boolean isLog(Path file) {
    return file.toString().endsWith(".log");
  }

  private void assertIsWhole(Path copy, LogPosition position, long before) {
    try (CheckpointableStore opened = RocksMvccStore.open(dir.resolve("opened"), NOWAL)) {
      opened.installCheckpoint(copy);
      long raft = opened.latestCommitTs(bytes("raft")).orElse(0);
      long direct = opened.latestCommitTs(bytes("direct")).orElse(1);
      assertThat(raft).isEqualTo(Math.max(0, position.index())).isIn(direct - 1, direct + 1);
      assertThat(direct).isGreaterThan(before);
      if (direct > 1) {
        assertThat(opened.getAt(bytes("direct"), LATEST)).isEqualTo(bytes(direct - 1));
      }
    }
  }

  private static byte[] bytes(Object text) {
    return text.toString().getBytes(UTF_8);
  }
}
