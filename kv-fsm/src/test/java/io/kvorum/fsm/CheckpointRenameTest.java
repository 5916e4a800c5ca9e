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
import org.apache.ratis.protocol.Message;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** D4, D6: a checkpoint whose last step, the rename, fails is none, and stops the state machine. */
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
      assertThatThrownBy(() -> checkpointer.takeDue(() -> 0)) // nor when it is its own turn
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
      assertThat(position).isEqualTo(Replica.at(0));
    }

    @Override
    public void failed(Throwable first) {
      failures.add(first);
    }
  }
}
