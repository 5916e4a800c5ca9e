// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.MalformedCommandException;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The state machine under a real Ratis server, alone in its group. */
@Timeout(90)
final class SingleServerTest {

  private static final RaftGroupId GROUP =
      RaftGroupId.valueOf(UUID.nameUUIDFromBytes("single".getBytes(UTF_8)));
  private static final RaftPeerId SELF = RaftPeerId.valueOf("n1");

  private static final long MORE_THAN_MAY_WAIT = ApplyLimits.defaults().maxQueuedBytes() + 1;
  private static final Duration HELD_BACK = Duration.ofMillis(400);

  @TempDir Path dir;

  private final AtomicLong callId = new AtomicLong();
  private final ClientId client = ClientId.randomId();

  @ParameterizedTest
  @EnumSource
  void writesCheckpointsAndSkipsAfterARestart(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      Replica first = new Replica(store, dir);
      try (RaftServer server = start(first, RaftStorage.StartupOption.FORMAT)) {
        for (int i = 0; i < 20; i++) {
          assertThat(write(server, put(i)).outcomes().get(0)).isInstanceOf(Outcome.Committed.class);
        }
        RaftClientReply refused = send(server, ByteString.copyFromUtf8("no command"));
        assertThat(refused.getStateMachineException())
            .hasCauseInstanceOf(MalformedCommandException.class);
        RaftClientReply taken =
            server
                .snapshotManagementAsync(
                    SnapshotManagementRequest.newCreate(
                        client, SELF, GROUP, callId.incrementAndGet(), 30_000, 1))
                .get(30, TimeUnit.SECONDS);
        assertThat(taken.isSuccess()).isTrue();
        assertThat(taken.getLogIndex())
            .isGreaterThanOrEqualTo(20)
            .isEqualTo(first.machine.getLatestSnapshot().getIndex());
        for (int i = 20; i < 25; i++) {
          write(server, put(i));
        }
      }
      long before = store.lastCommitTs();
      OptionalLong fifth = store.latestCommitTs(key(5));
      Replica second = new Replica(store, dir);
      try (RaftServer server = start(second, RaftStorage.StartupOption.RECOVER)) {
        Reply next = write(server, put(25));
        assertThat(next.position().isAfter(first.applied.get(first.applied.size() - 1))).isTrue();
        assertThat(store.getAt(key(24), MvccStore.LATEST)).isEqualTo(key(24));
        assertThat(store.getAt(key(25), MvccStore.LATEST)).isEqualTo(key(25));
        assertThat(store.latestCommitTs(key(5))).as("not applied again").isEqualTo(fifth);
        assertThat(store.latestCommitTs(key(25)).orElseThrow()).isGreaterThan(before);
      }
      assertThat(first.failures).isEmpty();
      assertThat(second.failures).isEmpty();
    }
  }

  /** What {@link Backlog} says is only so because Ratis tells it, and asks it before each fsync. */
  @ParameterizedTest
  @EnumSource
  void entriesOfALeaderThatCouldBeAppliedHoldTheLogsWriterBack(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      Replica replica = new Replica(store, dir);
      try (RaftServer server = start(replica, RaftStorage.StartupOption.FORMAT)) {
        long committed = write(server, put(0)).position().index();
        ByteString much = ByteString.copyFrom(new byte[(int) MORE_THAN_MAY_WAIT]);
        LogEntryProto entry =
            LogEntryProto.newBuilder()
                .setIndex(committed)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(much))
                .build();
        // Not at once: an entry of Ratis's own may follow, and what is applied does not count.
        Awaitility.await()
            .untilAsserted(
                () -> {
                  TransactionContext unused =
                      replica.machine.startTransaction(entry, RaftPeerRole.FOLLOWER);
                  long begin = System.nanoTime();
                  replica.machine.data().flush(committed).join();
                  assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(HELD_BACK);
                });
      }
      assertThat(replica.failures).isEmpty();
    }
  }

  private RaftServer start(Replica replica, RaftStorage.StartupOption option) throws Exception {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(dir.resolve("raft").toFile()));
    GrpcConfigKeys.Server.setPort(properties, 0);
    RaftPeer self = RaftPeer.newBuilder().setId(SELF).setAddress("127.0.0.1:1").build();
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(SELF)
            .setGroup(RaftGroup.valueOf(GROUP, self))
            .setProperties(properties)
            .setOption(option)
            .setStateMachine(replica.machine)
            .build();
    server.start();
    RaftServer.Division division = server.getDivision(GROUP);
    Awaitility.await().until(() -> division.getInfo().isLeaderReady());
    return server;
  }

  private Reply write(RaftServer server, ByteString command) throws Exception {
    RaftClientReply reply = send(server, command);
    assertThat(reply.isSuccess()).as("%s", reply).isTrue();
    return Replies.decode(reply.getMessage().getContent());
  }

  private RaftClientReply send(RaftServer server, ByteString command) throws Exception {
    CompletableFuture<RaftClientReply> reply =
        server.submitClientRequestAsync(
            RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(SELF)
                .setGroupId(GROUP)
                .setCallId(callId.incrementAndGet())
                .setMessage(Message.valueOf(command))
                .setType(RaftClientRequest.writeRequestType())
                .build());
    return reply.get(30, TimeUnit.SECONDS);
  }

  private static ByteString put(int i) {
    return Commands.write(List.of(Mutation.put(key(i), key(i))));
  }

  private static byte[] key(int i) {
    return ("k" + i).getBytes(UTF_8);
  }
}
