// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.NewerCommandException;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Reply;
import io.kvorum.fsm.wire.Request;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class KvStateMachineTest {

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void futuresCompleteInLogOrderAndAfterTheirEntriesAreVisible(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir, new ApplyLimits(7, 10_000)).start()) {
      // The first group is held back, so that the other futures cannot complete before the test
      // listens to them.
      CountDownLatch listening = new CountDownLatch(1);
      replica.whenApplied = () -> await(listening);
      CompletableFuture<Reply> first = replica.hand(0, put(0));
      Awaitility.await().until(() -> !replica.applied.isEmpty());
      List<Long> completed = new ArrayList<>();
      List<CompletableFuture<Void>> checks = new ArrayList<>();
      for (int i = 1; i < 200; i++) {
        byte[] key = key(i);
        checks.add(
            replica
                .hand(i, put(i))
                .thenAccept(
                    reply -> {
                      completed.add(reply.position().index());
                      assertThat(store.getAt(key, MvccStore.LATEST)).isEqualTo(key);
                      assertThat(replica.applied.get(replica.applied.size() - 1).index())
                          .isGreaterThanOrEqualTo(reply.position().index());
                    }));
      }
      assertThat(completed).isEmpty();
      listening.countDown();
      Replica.get(first);
      checks.forEach(Replica::get);

      assertThat(completed).isEqualTo(IntStream.range(1, 200).mapToObj(i -> (long) i).toList());
      assertThat(replica.applied)
          .as("the first entry alone, then groups of seven of what had come together")
          .isEqualTo(
              IntStream.iterate(0, i -> i < 199 + 7, i -> i + 7)
                  .mapToObj(i -> Replica.at(Math.min(i, 199)))
                  .toList());
      assertThat(store.appliedPosition()).isEqualTo(Replica.at(199));
      assertThat(replica.machine.getLastAppliedTermIndex().getIndex()).isEqualTo(199);
      assertThat(store.lastCommitTs()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  void entriesWithoutACommandAdvanceThePosition(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      replica.position(0);
      Reply reply = replica.apply(1, put(1));
      replica.position(2);
      Awaitility.await().until(() -> store.appliedPosition().equals(Replica.at(2)));

      assertThat(reply)
          .isEqualTo(new Reply(Replica.at(1), false, List.of(new Outcome.Committed(1))));
      Awaitility.await().until(() -> replica.applied.contains(Replica.at(2)));
      assertThat(store.lastCommitTs()).isEqualTo(1);
    }
  }

  /** Deletes are short entries, but the batch moves the values they delete. */
  @Test
  void aGroupThatTouchesTooMuchIsCutIntoSeveralBatches() throws Exception {
    AssertionError error = new AssertionError("the second batch of the group");
    byte[] large = new byte[10 * 1024 * 1024];
    try (CheckpointableStore store =
            RocksMvccStore.open(dir.resolve("store"), StoreOptions.defaults());
        Replica replica = new Replica(FailingStore.atCommit(store, 7, error), dir).start()) {
      for (int i = 0; i < 5; i++) {
        replica.apply(i, Commands.write(List.of(Mutation.put(key(i), large))));
      }
      CountDownLatch queued = new CountDownLatch(1);
      replica.whenApplied = () -> await(queued);
      CompletableFuture<Reply> before = replica.hand(5, put(5));
      Awaitility.await().until(() -> replica.applied.contains(Replica.at(5)));
      CompletableFuture<Reply> last = before;
      for (int i = 0; i < 5; i++) {
        last = replica.hand(6 + i, Commands.write(List.of(Mutation.delete(key(i)))));
      }
      queued.countDown();
      CompletableFuture<Reply> refused = last;
      assertThatThrownBy(() -> Replica.get(refused)).hasRootCause(error);
      // Four of them hold 40 MiB, above the bound of 32.
      assertThat(store.appliedPosition()).isEqualTo(Replica.at(9));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLogThatCannotBeWrittenStopsItForGood(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      replica.apply(0, put(0));
      IOException full = new IOException("No space left on device");
      replica.machine.notifyLogFailed(new IllegalStateException("log", full), null);

      assertThat(replica.failures)
          .singleElement()
          .isInstanceOfSatisfying(
              StoreFailedException.class,
              e -> assertThat(e).hasMessageContaining("free disk space").hasRootCause(full));
      assertThatThrownBy(() -> replica.hand(1, put(1))).isInstanceOf(StoreFailedException.class);

      replica.machine.close();
      replica.machine.close();
      assertThat(replica.timesClosed).hasValue(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void entriesThatTheStoreHoldsAreSkippedByPosition(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      try (Replica first = new Replica(store, dir).start()) {
        for (int i = 0; i < 5; i++) {
          first.apply(i, put(i));
        }
      }
      byte[] before = StoreKind.contentOf(store);
      try (Replica second = new Replica(store, dir).start()) {
        assertThat(second.applied).containsExactly(Replica.at(4));
        for (int i = 0; i < 5; i++) {
          assertThat(second.apply(i, put(i))).isEqualTo(new Reply(Replica.at(i), true, List.of()));
          assertThat(second.machine.getLastAppliedTermIndex().getIndex()).isEqualTo(i);
        }
        assertThat(StoreKind.contentOf(store)).isEqualTo(before);
        assertThat(second.apply(5, put(5)).outcomes()).containsExactly(new Outcome.Committed(6));
        assertThat(second.applied).containsExactly(Replica.at(4), Replica.at(5));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGapInTheLogIsAFailure(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      replica.apply(0, put(0));

      assertThatThrownBy(() -> replica.apply(2, put(2)))
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(StoreFailedException.class)
          .hasRootCauseInstanceOf(StoreCorruptException.class)
          .hasMessageContaining("missing");
      assertThat(store.appliedPosition()).isEqualTo(Replica.at(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherTermAtTheAppliedPositionIsAFailure(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      store.applyMutationsRaft(new LogPosition(9, 0), List.of(), List.of(), 1, 1);
      try (Replica replica = new Replica(store, dir).start()) {
        assertThatThrownBy(() -> replica.apply(0, put(0)))
            .hasRootCauseInstanceOf(StoreCorruptException.class)
            .hasMessageContaining("do not belong together");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFirstFailureStopsItForGood(StoreKind kind) throws Exception {
    AssertionError error = new AssertionError("no room");
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica =
            new Replica(FailingStore.atCommit(store, 2, error), dir, new ApplyLimits(1, 1))
                .start()) {
      replica.apply(0, put(0));
      replica.apply(1, put(1));
      CompletableFuture<Reply> failed = replica.hand(2, put(2));

      assertThatThrownBy(() -> Replica.get(failed))
          .hasCauseInstanceOf(StoreFailedException.class)
          .hasRootCause(error);
      Awaitility.await().until(() -> !replica.failures.isEmpty());
      assertThatThrownBy(() -> replica.hand(3, put(3)))
          .isInstanceOf(StoreFailedException.class)
          .hasRootCause(error);
      assertThatThrownBy(() -> replica.position(3)).isInstanceOf(StoreFailedException.class);
      assertThatThrownBy(replica.machine::takeSnapshot).isInstanceOf(StoreFailedException.class);
      assertThat(replica.machine.startTransaction(request(put(4))).getException())
          .isInstanceOf(StoreFailedException.class);
      assertThat(replica.failures).containsExactly(error);
      assertThat(replica.machine.failure()).contains(error);
      assertThat(store.appliedPosition()).isEqualTo(Replica.at(1));
      assertThat(replica.applied).endsWith(Replica.at(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCommandOfANewerVersionInTheLogStopsIt(StoreKind kind) throws Exception {
    ByteString newer = ByteString.copyFrom(new byte[] {0x08, 2});
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      assertThatThrownBy(() -> replica.apply(0, newer))
          .hasRootCauseInstanceOf(NewerCommandException.class)
          .hasMessageContaining("upgrade this replica");
      assertThat(store.appliedPosition()).isEqualTo(LogPosition.NONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLeaderRefusesWhatIsNoCommandOrDragsTimeAndStampsTheRest(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"));
        Replica replica = new Replica(store, dir).start()) {
      ByteString newer = ByteString.copyFrom(new byte[] {0x08, 2});
      assertThat(replica.machine.startTransaction(request(newer)).getException())
          .isInstanceOf(NewerCommandException.class);
      long tooFarAhead = (1 + LeaderClock.MAX_AHEAD_MILLIS + 1) << 16;
      ByteString dragging = Commands.of(new Request.Clock(tooFarAhead));
      assertThat(replica.machine.startTransaction(request(dragging)).getException())
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining("ahead of this replica's clock");

      TransactionContext good = replica.machine.startTransaction(request(put(7)));
      assertThat(good.getException()).isNull();
      ByteString logData = good.getStateMachineLogEntry().getLogData();
      assertThat(Commands.decode(logData).clockHint()).isEqualTo(1L << 16);
      good.initLogEntry(1, 0);
      Message message = Replica.get(replica.machine.applyTransaction(good));
      assertThat(message.size()).isPositive();
      assertThat(store.lastCommitTs()).isEqualTo(1L << 16);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closeIsIdempotentAndRefusesLaterEntries(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      Replica replica = new Replica(store, dir).start();
      replica.apply(0, put(0));
      replica.close();
      replica.close();

      assertThatThrownBy(() -> replica.hand(1, put(1)))
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("closed");
      assertThat(replica.failures).isEmpty();
      assertThat(store.existsAt(key(0), MvccStore.LATEST)).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RaftClientRequest request(ByteString content) {
    return RaftClientRequest.newBuilder()
        .setClientId(ClientId.randomId())
        .setServerId(RaftPeerId.valueOf("test"))
        .setGroupId(RaftGroupId.randomId())
        .setCallId(1)
        .setMessage(Message.valueOf(content))
        .setType(RaftClientRequest.writeRequestType())
        .build();
  }

  private static ByteString put(int i) {
    return Commands.write(List.of(Mutation.put(key(i), key(i))));
  }

  private static byte[] key(int i) {
    return ("k" + i).getBytes(UTF_8);
  }
}
