// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.StoreFailedException;
import io.kvorum.fsm.wire.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * D4, D6: a checkpoint whose last step, the rename, fails is none, and stops the state machine; and
 * up to that step one that is due lets entries be applied, and is none.
 */
@Timeout(60)
final class CheckpointRenameTest {

  @TempDir Path dir;

  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @EnumSource
  void aRenameThatFailsStopsItAndNothingIsReported(StoreKind kind) throws Exception {
    // A directory with something in it is in the way when the rename comes.
    CheckpointStorage storage =
        new CheckpointStorage(
            (from, to) -> {
              Files.createDirectories(to.resolve("x"));
              DurableFiles.rename(from, to);
            });
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      ApplyLoop loop = started(store);
      Checkpointer checkpointer = checkpointer(store, loop, storage);
      apply(loop, 0);

      assertThatThrownBy(() -> checkpointer.take(() -> 0))
          .isInstanceOf(StoreFailedException.class)
          .hasRootCauseInstanceOf(IOException.class)
          .hasMessageContaining("a checkpoint could not be written");
      assertThat(storage.getLatestSnapshot()).isNull();
      assertThat(checkpointer.begin()).isEqualTo(TermIndex.INITIAL_VALUE);
      assertThat(failures).hasSize(1);
      assertThatThrownBy(() -> loop.add(item(1))).isInstanceOf(StoreFailedException.class);
      assertThatThrownBy(
              () -> checkpointer.beginDue(() -> 0, cut -> {})) // nor when it is its own turn
          .isInstanceOf(StoreFailedException.class);
      assertThat(loop.close(10_000)).isTrue();

      // A start finds no checkpoint there, and clears what was left.
      ApplyLoop next = started(store);
      CheckpointStorage again = new CheckpointStorage();
      Checkpointer restarted = checkpointer(store, next, again);
      assertThat(restarted.begin()).isEqualTo(TermIndex.INITIAL_VALUE);
      assertThat(DurableFiles.list(dir.resolve("sm"))).isEmpty();
      assertThat(restarted.take(() -> 0)).isZero();
      assertThat(again.getLatestSnapshot()).isNotNull();
      assertThat(next.close(10_000)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void entriesAreAppliedWhileOneThatIsDueIsFinished(StoreKind kind) throws Exception {
    Semaphore renames = new Semaphore(0);
    CheckpointStorage storage =
        new CheckpointStorage(
            (from, to) -> {
              renames.acquireUninterruptibly();
              DurableFiles.rename(from, to);
            });
    List<Long> cuts = new CopyOnWriteArrayList<>();
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      ApplyLoop loop = started(store);
      Checkpointer checkpointer = checkpointer(store, loop, storage);
      apply(loop, 0);
      checkpointer.beginDue(() -> 0, cuts::add);
      apply(loop, 1);
      checkpointer.beginDue(() -> 1, cuts::add); // the first is not finished: later
      assertThat(store.appliedPosition()).isEqualTo(Replica.at(1));
      assertThat(storage.getLatestSnapshot()).as("not reported yet").isNull();
      assertThat(cuts).isEmpty();
      assertThat(checkpointer.close(50)).as("waits for it").isFalse();

      renames.release();
      assertThat(checkpointer.close(10_000)).isTrue();
      assertThat(storage.getLatestSnapshot()).isNotNull();
      assertThat(storage.newest().orElseThrow().position()).isEqualTo(Replica.at(0));
      assertThat(cuts).containsExactly(0L);
      assertThat(failures).isEmpty();
      assertThat(loop.close(10_000)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRenameThatFailsBesideTheWritesStopsThem(StoreKind kind) throws Exception {
    CheckpointStorage storage =
        new CheckpointStorage(
            (from, to) -> {
              throw new IOException("the disk is gone");
            });
    List<Long> cuts = new CopyOnWriteArrayList<>();
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      ApplyLoop loop = started(store);
      Checkpointer checkpointer = checkpointer(store, loop, storage);
      apply(loop, 0);
      checkpointer.beginDue(() -> 0, cuts::add);
      assertThat(checkpointer.close(10_000)).isTrue();
      assertThat(failures).hasSize(1);
      assertThatThrownBy(() -> loop.add(item(1)))
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("a checkpoint could not be written")
          .hasRootCauseMessage("the disk is gone");
      assertThat(storage.getLatestSnapshot()).isNull();
      assertThat(cuts).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLogThatCannotBeCutStopsIt(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      ApplyLoop loop = started(store);
      Checkpointer checkpointer = checkpointer(store, loop, new CheckpointStorage());
      apply(loop, 0);
      checkpointer.beginDue(
          () -> 0,
          cut -> {
            throw new StoreFailedException("the log is gone", null);
          });
      assertThat(checkpointer.close(10_000)).isTrue();
      assertThat(failures).hasSize(1);
      assertThatThrownBy(() -> loop.add(item(1)))
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("the log is gone");
    }
  }

  private Checkpointer checkpointer(
      CheckpointableStore store, ApplyLoop loop, CheckpointStorage storage) throws IOException {
    storage.init(dir.resolve("sm"), dir.resolve("tmp"));
    Checkpointer checkpointer =
        new Checkpointer(store, loop, storage, CheckpointSchedule.NEVER, LogTail.NONE);
    checkpointer.start(new LogRange(0, 9));
    return checkpointer;
  }

  private ApplyLoop started(CheckpointableStore store) {
    ApplyLoop loop =
        new ApplyLoop(store, new Remembered(), ApplyLimits.defaults(), () -> -1, "apply");
    loop.start();
    return loop;
  }

  private static void apply(ApplyLoop loop, long index) {
    ApplyItem item = item(index);
    loop.add(item);
    Message unused = Replica.get(item.future());
  }

  private static ApplyItem item(long index) {
    byte[] key = ("k" + index).getBytes(UTF_8);
    return ApplyItem.ofCommand(
        Replica.at(index), Commands.write(List.of(Mutation.put(key, key))), null);
  }

  private final class Remembered implements ApplyLoop.Observer {

    @Override
    public void skipped(LogPosition position) {
      throw new AssertionError("nothing was there: " + position);
    }

    @Override
    public void applied(LogPosition position) {
      assertThat(position.index()).isBetween(0L, 1L);
    }

    @Override
    public void failed(Throwable first) {
      failures.add(first);
    }
  }
}
