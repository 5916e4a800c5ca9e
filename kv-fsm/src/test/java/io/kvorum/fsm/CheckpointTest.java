// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.fsm.wire.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class CheckpointTest {

  private static final SnapshotRetentionPolicy KEEP_TWO =
      new SnapshotRetentionPolicy() {
        @Override
        public int getNumSnapshotsRetained() {
          return 2;
        }
      };

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void reportsTheIndexThatIsInTheCheckpoint(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      assertThat(replica.machine.takeSnapshot()).as("nothing applied").isEqualTo(-1);
      apply(replica, 0, 10);

      assertThat(replica.machine.takeSnapshot()).isEqualTo(9);
      Path written = replica.stateMachineDir().resolve("checkpoint-1_9");
      Object modified = Files.getLastModifiedTime(written.resolve("MANIFEST"));
      assertThat(replica.machine.takeSnapshot()).as("not moved").isEqualTo(9);

      assertThat(Files.getLastModifiedTime(written.resolve("MANIFEST"))).isEqualTo(modified);
      assertThat(Checkpoint.verified(written).position()).isEqualTo(Replica.at(9));
      SnapshotInfo latest = replica.machine.getLatestSnapshot();
      assertThat(latest.getTermIndex().getIndex()).isEqualTo(9);
      for (FileInfo file : latest.getFiles()) {
        assertThat(MD5FileUtil.computeMd5ForFile(file.getPath().toFile()))
            .isEqualTo(file.getFileDigest());
      }
      assertThat(latest.getFiles())
          .extracting(FileInfo::getPath)
          .contains(written.resolve("MANIFEST"));
    }
  }

  /** Ratis counts entries only, and would let a log of few long ones grow. */
  @ParameterizedTest
  @EnumSource
  void takesOneByItselfWhenTheLogHasGrownBySoManyEntriesOrBytes(StoreKind kind) throws IOException {
    CheckpointSchedule schedule = new CheckpointSchedule(5, 1_500);
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir, schedule).start()) {
      apply(replica, 0, 5);
      assertThat(replica.machine.getLatestSnapshot()).isNull();
      apply(replica, 5, 6);
      awaitNewest(replica, 4);

      replica.apply(6, longPut());
      replica.apply(7, longPut());
      assertThat(replica.machine.getLatestSnapshot().getIndex()).isEqualTo(4);
      replica.position(8); // what comes next, of whatever kind
      awaitNewest(replica, 7);

      replica.apply(9, longPut());
      assertThat(replica.machine.takeSnapshot()).isEqualTo(9); // asked for: it counts from there
      replica.apply(10, longPut());
      replica.apply(11, put(11));
      assertThat(replica.machine.getLatestSnapshot().getIndex()).isEqualTo(9);
      replica.apply(12, longPut());
      replica.apply(13, put(13));
      awaitNewest(replica, 12);
      await("old ones are deleted")
          .untilAsserted(
              () ->
                  assertThat(DurableFiles.list(replica.stateMachineDir()))
                      .extracting(path -> path.getFileName().toString())
                      .containsExactly("checkpoint-1_12", "checkpoint-1_9"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneThatIsDueDuringAnInstallationIsTakenLater(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir, new CheckpointSchedule(8, 1 << 20)).start()) {
      apply(replica, 0, 2);
      assertThat(replica.machine.takeSnapshot()).isEqualTo(1);
      replica.machine.pause();
      apply(replica, 2, 12);
      assertThat(replica.machine.getLatestSnapshot().getIndex()).isEqualTo(1);
      assertThat(replica.failures).isEmpty();
      replica.machine.reinitialize(); // nothing newer came
      apply(replica, 12, 14);
      awaitNewest(replica, 12);
    }
  }

  /** Entries that the store holds already are in the log, and count. */
  @ParameterizedTest
  @EnumSource
  void aLogThatIsWalkedAgainAtAStartCounts(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      try (Replica replica = new Replica(store, dir).start()) {
        apply(replica, 0, 8);
      }
      try (Replica replica = new Replica(store, dir, new CheckpointSchedule(8, 1 << 20)).start()) {
        apply(replica, 0, 8);
        assertThat(replica.machine.getLatestSnapshot()).isNull();
        apply(replica, 8, 9);
        awaitNewest(replica, 7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheNewestTwo(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      for (int i = 0; i < 4; i++) {
        apply(replica, i, i + 1);
        assertThat(replica.machine.takeSnapshot()).isEqualTo(i);
        replica.machine.getStateMachineStorage().cleanupOldSnapshots(KEEP_TWO);
      }

      assertThat(DurableFiles.list(replica.stateMachineDir()))
          .extracting(path -> path.getFileName().toString())
          .containsExactly("checkpoint-1_2", "checkpoint-1_3");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFollowerInstallsWhatItReceived(StoreKind kind) throws IOException {
    try (CheckpointableStore ahead = kind.open(dir.resolve("store1"));
        CheckpointableStore behind = kind.open(dir.resolve("store2"));
        Replica leader = new Replica(ahead, dir.resolve("1")).start();
        Replica follower = new Replica(behind, dir.resolve("2")).start()) {
      apply(leader, 0, 20);
      apply(follower, 0, 3);
      assertThat(follower.machine.takeSnapshot()).isEqualTo(2);
      assertThat(leader.machine.takeSnapshot()).isEqualTo(19);

      transfer(leader, follower);

      assertThat(follower.machine.getLifeCycleState()).isEqualTo(LifeCycle.State.RUNNING);
      assertThat(StoreKind.contentOf(behind)).isEqualTo(StoreKind.contentOf(ahead));
      assertThat(follower.machine.getLastAppliedTermIndex().getIndex()).isEqualTo(19);
      assertThat(follower.machine.getLatestSnapshot().getIndex()).isEqualTo(19);
      assertThat(follower.applied).endsWith(Replica.at(19));
      apply(follower, 20, 22);
      apply(leader, 20, 22);
      assertThat(StoreKind.contentOf(behind)).isEqualTo(StoreKind.contentOf(ahead));
      assertThat(follower.machine.takeSnapshot()).isEqualTo(21);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noCheckpointIsTakenWhileOneIsBeingInstalled(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      apply(replica, 0, 1);
      replica.machine.pause();

      assertThatThrownBy(replica.machine::takeSnapshot)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("being installed");
      assertThat(replica.machine.getLifeCycleState()).isEqualTo(LifeCycle.State.PAUSED);
      apply(replica, 1, 2); // a committed entry is applied in spite of it
      assertThat(store.appliedPosition()).isEqualTo(Replica.at(1));
      assertThat(replica.failures).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedCheckpointIsNotInstalled(StoreKind kind) throws IOException {
    try (CheckpointableStore ahead = kind.open(dir.resolve("store1"));
        CheckpointableStore behind = kind.open(dir.resolve("store2"));
        Replica leader = new Replica(ahead, dir.resolve("1")).start();
        Replica follower = new Replica(behind, dir.resolve("2")).start()) {
      apply(leader, 0, 20);
      apply(follower, 0, 3);
      assertThat(leader.machine.takeSnapshot()).isEqualTo(19);
      byte[] before = StoreKind.contentOf(behind);
      receive(leader, follower);
      damage(follower.tmpDir().resolve("snapshot-x/checkpoint-1_19/store"));
      follower.machine.pause();
      swap(follower);

      assertThatThrownBy(follower.machine::reinitialize)
          .isInstanceOf(StoreFailedException.class)
          .hasRootCauseInstanceOf(IOException.class)
          .hasMessageContaining("Move this replica's data directory away");
      assertThat(StoreKind.contentOf(behind)).isEqualTo(before);
      assertThat(follower.failures).hasSize(1);
      assertThatThrownBy(() -> follower.hand(20, put(20))).isInstanceOf(StoreFailedException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStartFinishesAnInstallationThatACrashInterrupted(StoreKind kind) throws IOException {
    try (CheckpointableStore ahead = kind.open(dir.resolve("store1"));
        CheckpointableStore behind = kind.open(dir.resolve("store2"));
        Replica leader = new Replica(ahead, dir.resolve("1")).start()) {
      apply(leader, 0, 20);
      assertThat(leader.machine.takeSnapshot()).isEqualTo(19);
      try (Replica crashed = new Replica(behind, dir.resolve("2")).start()) {
        apply(crashed, 0, 3);
        receive(leader, crashed);
        crashed.machine.pause();
        swap(crashed);
      }
      try (Replica restarted = new Replica(behind, dir.resolve("2")).start()) {
        assertThat(StoreKind.contentOf(behind)).isEqualTo(StoreKind.contentOf(ahead));
        assertThat(restarted.applied).containsExactly(Replica.at(19));
        assertThat(restarted.machine.getLastAppliedTermIndex().getIndex()).isEqualTo(19);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStartRemovesLeftoversAndBringsBackAReplacedDirectory(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      Path sm;
      try (Replica replica = new Replica(store, dir).start()) {
        sm = replica.stateMachineDir();
        apply(replica, 0, 5);
        assertThat(replica.machine.takeSnapshot()).isEqualTo(4);
      }
      Files.createDirectories(sm.resolve("unfinished-checkpoint/store"));
      Files.writeString(sm.resolve("unfinished-checkpoint/store/x"), "x");
      Files.createDirectories(sm.resolve("checkpoint-1_77/store"));
      Files.createDirectories(dir.resolve("tmp/snapshot-y/checkpoint-1_99"));
      Files.move(sm, dir.resolve("sm.tmp2026-01-01"));

      try (Replica replica = new Replica(store, dir).start()) {
        assertThat(DurableFiles.list(sm)).containsExactly(sm.resolve("checkpoint-1_4"));
        assertThat(dir.resolve("sm.tmp2026-01-01")).doesNotExist();
        assertThat(DurableFiles.list(dir.resolve("tmp"))).isEmpty();
        assertThat(replica.machine.getLatestSnapshot().getIndex()).isEqualTo(4);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedNewestCheckpointIsReplacedWhenTheStoreReachesIt(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      Path sm;
      try (Replica replica = new Replica(store, dir).start()) {
        sm = replica.stateMachineDir();
        apply(replica, 0, 5);
        assertThat(replica.machine.takeSnapshot()).isEqualTo(4);
      }
      damage(sm.resolve("checkpoint-1_4/store"));

      try (Replica replica = new Replica(store, dir).start()) {
        assertThat(replica.machine.getLatestSnapshot().getIndex()).isEqualTo(4);
        assertThat(Checkpoint.verified(sm.resolve("checkpoint-1_4")).position())
            .isEqualTo(Replica.at(4));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoreThatIsStillSkippingTakesNoCheckpoint(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      try (Replica replica = new Replica(store, dir).start()) {
        apply(replica, 0, 5);
      }
      try (Replica replica = new Replica(store, dir).start()) {
        apply(replica, 0, 3);
        assertThat(replica.machine.takeSnapshot()).isEqualTo(-1);
        apply(replica, 3, 5);
        assertThat(replica.machine.takeSnapshot()).isEqualTo(4);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCheckpointThatFailsStopsTheStateMachine(StoreKind kind) throws IOException {
    StoreFailedException full = new StoreFailedException("disk full", null);
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(FailingStore.atCheckpoint(store, full), dir).start()) {
      apply(replica, 0, 1);

      assertThatThrownBy(replica.machine::takeSnapshot)
          .isInstanceOf(StoreFailedException.class)
          .hasRootCause(full);
      assertThat(replica.failures).containsExactly(full);
      assertThat(replica.machine.getLatestSnapshot()).isNull();
      assertThatThrownBy(() -> replica.hand(1, put(1))).isInstanceOf(StoreFailedException.class);
    }
  }

  /** D4: the purge follows what is reported. */
  @ParameterizedTest
  @EnumSource
  void whatIsNotDurableInTheStoreIsNotReported(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(FailingStore.neverDurable(store), dir).start()) {
      apply(replica, 0, 1);

      assertThatThrownBy(replica.machine::takeSnapshot)
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("durable only up to");
      assertThat(replica.machine.getLatestSnapshot()).isNull();
      assertThat(replica.failures).hasSize(1);
    }
  }

  /** Ratis begins at the newest checkpoint, so there must be one where the log begins. */
  @ParameterizedTest
  @EnumSource
  void aStartWithoutCheckpointsWritesOneWhenTheStoreReachesTheLog(StoreKind kind)
      throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      Path sm;
      try (Replica replica = new Replica(store, dir).start()) {
        sm = replica.stateMachineDir();
        apply(replica, 0, 5);
        assertThat(replica.machine.takeSnapshot()).isEqualTo(4);
        apply(replica, 5, 8);
      }
      DurableFiles.deleteTree(sm);
      try (Replica lost = new Replica(store, dir, new LogRange(9, 12))) {
        assertThatThrownBy(lost::start)
            .isInstanceOf(StoreCorruptException.class)
            .hasMessageContaining("to 8 are lost")
            .hasMessageContaining("move this replica's data directory away");
      }
      // What the store holds durably is enough, if the log goes on there.
      assertThat(store.checkpoint(dir.resolve("copy"))).isEqualTo(Replica.at(7));
      try (Replica replica = new Replica(store, dir, new LogRange(5, 12)).start()) {
        assertThat(replica.machine.getLatestSnapshot().getIndex()).isEqualTo(7);
        assertThat(replica.machine.getLastAppliedTermIndex().getIndex()).isEqualTo(7);
        apply(replica, 8, 9);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLogThatEndsBeforeTheCheckpointIsSuperseded(StoreKind kind) throws IOException {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      try (Replica replica = new Replica(store, dir).start()) {
        apply(replica, 0, 5);
        assertThat(replica.machine.takeSnapshot()).isEqualTo(4);
      }
      assertThat(timesSuperseded(store, new LogRange(0, 2))).isEqualTo(1);
      assertThat(timesSuperseded(store, new LogRange(0, 4))).isZero(); // entry 5 fits behind it
      assertThat(timesSuperseded(store, new LogRange(5, 9))).isZero();
      assertThat(timesSuperseded(store, LogRange.NONE)).isZero();
    }
  }

  private int timesSuperseded(CheckpointableStore store, LogRange log) throws IOException {
    try (Replica replica = new Replica(store, dir, log).start()) {
      return replica.timesSuperseded.get();
    }
  }

  @Test
  void aLogThatDoesNotFitStoreAndCheckpointIsRefused() {
    LogRange.NONE.check(LogPosition.NONE, LogPosition.NONE, -1); // a new replica
    new LogRange(0, -1).check(LogPosition.NONE, LogPosition.NONE, -1);
    new LogRange(0, 7).check(Replica.at(5), LogPosition.NONE, -1);
    new LogRange(6, 9).check(Replica.at(7), Replica.at(5), -1); // the store's state is enough
    new LogRange(6, 5).check(Replica.at(5), LogPosition.NONE, 5); // purged up to the checkpoint
    LogRange.NONE.check(Replica.at(5), LogPosition.NONE, 5); // just installed
    new LogRange(0, 3).check(Replica.at(5), LogPosition.NONE, 5); // a crash within an installation
    assertThatThrownBy(() -> new LogRange(7, 9).check(Replica.at(9), LogPosition.NONE, 5))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("begins at index 7")
        .hasMessageContaining("entries 6 to 6 are lost");
    assertThatThrownBy(() -> new LogRange(7, 9).check(Replica.at(9), Replica.at(4), 5))
        .as("what is applied but not durable does not count")
        .isInstanceOf(StoreCorruptException.class);
    assertThatThrownBy(() -> new LogRange(0, 4).check(Replica.at(5), LogPosition.NONE, -1))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("ends at index 4");
    assertThatThrownBy(() -> LogRange.NONE.check(Replica.at(5), LogPosition.NONE, 3))
        .isInstanceOf(StoreCorruptException.class)
        .hasMessageContaining("ends at index 3");
  }

  /** What Ratis does: the files go to a folder of their own, each with a hash file beside it. */
  private static void receive(Replica from, Replica to) throws IOException {
    Path target = to.tmpDir().resolve("snapshot-x");
    for (FileInfo file : from.machine.getLatestSnapshot().getFiles()) {
      Path relative = from.stateMachineDir().relativize(file.getPath());
      Path copy = target.resolve(relative);
      Files.createDirectories(copy.getParent());
      Files.copy(file.getPath(), copy);
      MD5FileUtil.saveMD5File(copy.toFile(), file.getFileDigest());
    }
  }

  private static void swap(Replica replica) throws IOException {
    DurableFiles.deleteTree(replica.stateMachineDir());
    Files.move(replica.tmpDir().resolve("snapshot-x"), replica.stateMachineDir());
  }

  private static void transfer(Replica from, Replica to) throws IOException {
    receive(from, to);
    to.machine.pause();
    swap(to);
    to.machine.reinitialize();
  }

  private static void damage(Path storeDir) throws IOException {
    Path file =
        DurableFiles.list(storeDir).stream()
            .filter(each -> each.toFile().length() > 0 && !each.toString().endsWith(".md5"))
            .findFirst()
            .orElseThrow();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file); // it may be a hard link into the live store
    Files.write(file, bytes);
  }

  /* One that is due is finished beside the writes. */
  private static void awaitNewest(Replica replica, long index) {
    await()
        .untilAsserted(
            () ->
                assertThat(replica.machine.getLatestSnapshot())
                    .isNotNull()
                    .extracting(SnapshotInfo::getIndex)
                    .isEqualTo(index));
  }

  private static void apply(Replica replica, int from, int to) {
    for (int i = from; i < to; i++) {
      replica.apply(i, put(i));
    }
  }

  private static ByteString longPut() {
    return Commands.write(List.of(Mutation.put("long".getBytes(UTF_8), new byte[900])));
  }

  private static ByteString put(int i) {
    byte[] key = ("k" + i).getBytes(UTF_8);
    return Commands.write(List.of(Mutation.put(key, key)));
  }
}
