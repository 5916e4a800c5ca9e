// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCallStreamObserver;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.apache.ratis.util.TimeDuration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real follower, and the test as its leader, whose second stream repeats what the first sent. */
@Timeout(60)
final class AppendsInTurnTest {

  private static final RaftGroupId GROUP =
      RaftGroupId.valueOf(UUID.nameUUIDFromBytes("appends".getBytes(UTF_8)));
  private static final RaftPeerId SELF = RaftPeerId.valueOf("n1");
  private static final RaftPeerId LEADER = RaftPeerId.valueOf("n2");
  private static final ClientId CLIENT = ClientId.randomId();
  private static final long TERM = 1_000; // above any the follower may have come to by itself
  private static final String ENDED = "the stream was ended";
  private static final long LONG_MILLIS = 30_000;
  private static final long SHORT_MILLIS = 300;

  @TempDir Path dir;

  private final HeldMachine machine = new HeldMachine();

  @SuppressWarnings("NullAway.Init")
  private RaftServer server;

  @SuppressWarnings("NullAway.Init")
  private ManagedChannel channel;

  private long callId;

  @AfterEach
  void stop() throws Exception {
    machine.append.complete(null);
    machine.fsync.complete(null);
    channel.shutdownNow();
    server.close();
  }

  @Test
  void twoStreamsDoNotAppendAtOnce() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    machine.append = new CompletableFuture<>();
    CompletableFuture<AppendEntriesReplyProto> first = append();
    machine.appending.get();
    CompletableFuture<AppendEntriesReplyProto> second = append();
    assertWaits(second);
    machine.append.complete(null);
    assertThat(first.get().getResult()).isEqualTo(AppendResult.SUCCESS);
    assertThat(second.get().getResult()).isEqualTo(AppendResult.SUCCESS);
  }

  /** The control: what Ratis does by itself. When it does not any more, the class can go. */
  @Test
  void withoutItTheSecondOfTwoAppendsFails() throws Exception {
    start(null);
    machine.append = new CompletableFuture<>();
    CompletableFuture<AppendEntriesReplyProto> unused = append();
    machine.appending.get();
    assertThatThrownBy(() -> append().get()).isInstanceOf(ExecutionException.class);
  }

  @Test
  void aRepeatedEntryIsAnsweredWhenItIsFsynced() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    CompletableFuture<AppendEntriesReplyProto> first = appendThatIsHeld();
    CompletableFuture<AppendEntriesReplyProto> second = append();
    assertWaits(second);
    assertThat(first).isNotDone();
    machine.fsync.complete(null);
    assertThat(first.get().getMatchIndex()).isZero();
    assertThat(second.get().getMatchIndex()).isZero();
  }

  /** The control. */
  @Test
  void withoutItARepeatedEntryCountsBeforeItsFsync() throws Exception {
    start(null);
    CompletableFuture<AppendEntriesReplyProto> first = appendThatIsHeld();
    AppendEntriesReplyProto second = append().get();
    assertThat(second.getResult()).isEqualTo(AppendResult.SUCCESS);
    assertThat(second.getMatchIndex()).isZero();
    assertThat(first).isNotDone();
  }

  @Test
  void anFsyncThatDoesNotEndEndsTheStreamAndNotTheFollower() throws Exception {
    start(new AppendsInTurn(SHORT_MILLIS));
    CompletableFuture<AppendEntriesReplyProto> first = appendThatIsHeld();
    Reply<AppendEntriesReplyProto> reply = new Reply<>();
    StreamObserver<AppendEntriesRequestProto> stream = open(reply);
    stream.onNext(request(TERM, null, entries(TERM, 0, 1)));
    stream.onNext(request(TERM, at(TERM, 0), entries(TERM, 1, 1)));
    assertThatThrownBy(reply.answer::get)
        .as("not with an error, of which a leader would not learn where to go on")
        .hasMessageContaining(ENDED);
    machine.fsync.complete(null);
    assertThat(first.get().getMatchIndex()).isZero();
    assertThat(append().get().getMatchIndex()).isZero();
    assertThat(lastIndex()).as("what came behind on the ended stream").isZero();
  }

  @Test
  void anAppendWhoseStreamIsGoneKeepsNobodyWaiting() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    CompletableFuture<AppendEntriesReplyProto> first = appendThatIsHeld();
    Reply<AppendEntriesReplyProto> gone = new Reply<>();
    StreamObserver<AppendEntriesRequestProto> stream = open(gone);
    stream.onNext(request(TERM, null, entries(TERM, 0, 1)));
    assertWaits(gone.answer);
    ((ClientCallStreamObserver<?>) stream).cancel("the leader has opened another", null);
    CompletableFuture<AppendEntriesReplyProto> next = send(TERM, at(TERM, 0), entries(TERM, 1, 1));
    Awaitility.await().untilAsserted(() -> assertThat(lastIndex()).isEqualTo(1));
    assertThat(first).isNotDone();
    machine.fsync.complete(null);
    assertThat(next.get().getMatchIndex()).isEqualTo(1);
  }

  /** The fsyncs of what is cut off do not count for what takes its place. */
  @Test
  void aRepeatedEntryBehindACutIsAnsweredWhenItIsFsynced() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    send(TERM, null, entries(TERM, 0, 3)).get();
    machine.hold();
    CompletableFuture<AppendEntriesReplyProto> tail = send(TERM, at(TERM, 2), entries(TERM, 3, 1));
    machine.fsyncing.get();
    long next = TERM + 1;
    CompletableFuture<AppendEntriesReplyProto> cut = send(next, at(TERM, 0), entries(next, 1, 1));
    CompletableFuture<AppendEntriesReplyProto> repeated =
        send(next, at(TERM, 0), entries(next, 1, 1));
    assertWaits(repeated);
    machine.fsync.complete(null);
    assertThat(cut.get().getMatchIndex()).isEqualTo(1);
    assertThat(repeated.get().getMatchIndex()).isEqualTo(1);
    assertThat(tail.get().getResult()).isEqualTo(AppendResult.SUCCESS);
  }

  /** It would drop what is under way. That it is refused for its old term does not matter here. */
  @Test
  void aPartOfACheckpointWaitsForAppends() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    CompletableFuture<AppendEntriesReplyProto> first = appendThatIsHeld();
    CompletableFuture<InstallSnapshotReplyProto> part = send(part(TERM - 1, at(TERM - 1, 7)));
    assertWaits(part);
    machine.fsync.complete(null);
    assertThat(part.get().getResult()).isEqualTo(InstallSnapshotResult.NOT_LEADER);
    assertThat(first.get().getResult()).isEqualTo(AppendResult.SUCCESS);
  }

  @Test
  void aCheckpointOfWhatTheLogHoldsIsNotInstalledOverIt() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    send(TERM, null, entries(TERM, 0, 5)).get();
    assertThat(install(at(TERM, 2))).isEqualTo(InstallSnapshotResult.ALREADY_INSTALLED);
    assertThat(server.getDivision(GROUP).getRaftLog().getLastCommittedIndex()).isEqualTo(2);
    assertThat(send(TERM, at(TERM, 2), entries(TERM, 3, 3)).get().getMatchIndex()).isEqualTo(5);
  }

  /** Where Ratis counts no appends, as for a member that does not know yet that it is one. */
  @Test
  void aCheckpointOfWhatTheLogHoldsWaitsForItsFsync() throws Exception {
    AppendsInTurn appends = new AppendsInTurn(LONG_MILLIS);
    start(appends);
    appends.connect(withoutCount(new GroupServer(server, GROUP)));
    CompletableFuture<AppendEntriesReplyProto> first = appendThatIsHeld();
    CompletableFuture<InstallSnapshotReplyProto> part = send(part(TERM, at(TERM, 0)));
    assertWaits(part);
    machine.fsync.complete(null);
    assertThat(first.get().getResult()).isEqualTo(AppendResult.SUCCESS);
    assertThat(part.get().getResult()).isEqualTo(InstallSnapshotResult.ALREADY_INSTALLED);
  }

  private static AppendsInTurn.Log withoutCount(AppendsInTurn.Log log) {
    return (AppendsInTurn.Log)
        Proxy.newProxyInstance(
            AppendsInTurn.Log.class.getClassLoader(),
            new Class<?>[] {AppendsInTurn.Log.class},
            (proxy, method, arguments) ->
                method.getName().equals("appendsUnderWay") ? 0 : method.invoke(log, arguments));
  }

  /** It comes to a wrong address, and must commit nothing before Ratis refuses it. */
  @Test
  void aCheckpointOfAnotherGroupCommitsNothing() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    send(TERM, null, entries(TERM, 0, 5)).get();
    InstallSnapshotRequestProto.Builder part = part(TERM, at(TERM, 2)).toBuilder();
    part.getServerRequestBuilder().getRaftGroupIdBuilder().setId(CLIENT.toByteString());
    assertThatThrownBy(send(part.build())::get).isInstanceOf(ExecutionException.class);
    assertThat(server.getDivision(GROUP).getRaftLog().getLastCommittedIndex()).isNegative();
  }

  @Test
  void aCheckpointOfOtherEntriesThanTheLogHoldsIsInstalled() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    send(TERM, null, entries(TERM, 0, 5)).get();
    assertThat(install(at(TERM - 1, 2))).isEqualTo(InstallSnapshotResult.SUCCESS);
    assertThat(install(at(TERM, 5))).as("shorter").isEqualTo(InstallSnapshotResult.SUCCESS);
  }

  /** The control. */
  @Test
  void withoutItACheckpointOfWhatTheLogHoldsIsInstalled() throws Exception {
    start(null);
    send(TERM, null, entries(TERM, 0, 5)).get();
    assertThat(install(at(TERM, 2))).isEqualTo(InstallSnapshotResult.SUCCESS);
  }

  /* The first part of it: Ratis takes it, or says that it is not needed. */
  private InstallSnapshotResult install(TermIndexProto last) throws Exception {
    return send(part(TERM, last)).get().getResult();
  }

  private CompletableFuture<InstallSnapshotReplyProto> send(InstallSnapshotRequestProto part) {
    Reply<InstallSnapshotReplyProto> reply = new Reply<>();
    RaftServerProtocolServiceGrpc.newStub(channel).installSnapshot(reply).onNext(part);
    return reply.answer;
  }

  private InstallSnapshotRequestProto part(long term, TermIndexProto last) {
    return InstallSnapshotRequestProto.newBuilder()
        .setServerRequest(header())
        .setLeaderTerm(term)
        .setSnapshotChunk(
            InstallSnapshotRequestProto.SnapshotChunkProto.newBuilder().setTermIndex(last))
        .build();
  }

  @Test
  void heartbeatsPassAnAppendThatWaits() throws Exception {
    start(new AppendsInTurn(LONG_MILLIS));
    CompletableFuture<AppendEntriesReplyProto> first = appendThatIsHeld();
    CompletableFuture<AppendEntriesReplyProto> second = append();
    assertThatCode(() -> send(TERM, null, List.of()).get()).doesNotThrowAnyException();
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
  }

  private void start(@Nullable AppendsInTurn appends) throws Exception {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(dir.toFile()));
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    TimeDuration never = TimeDuration.valueOf(10, TimeUnit.MINUTES);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, never);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, never.multiply(2));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, never);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, never.multiply(2));
    GrpcConfigKeys.Server.setPort(properties, 0);
    Parameters parameters = new Parameters();
    if (appends != null) {
      GrpcConfigKeys.Server.setServicesCustomizer(parameters, appends);
    }
    server =
        RaftServer.newBuilder()
            .setServerId(SELF)
            .setGroup(RaftGroup.valueOf(GROUP, peer(SELF), peer(LEADER)))
            .setProperties(properties)
            .setParameters(parameters)
            .setOption(RaftStorage.StartupOption.FORMAT)
            .setStateMachine(machine)
            .build();
    if (appends != null) {
      appends.connect(new GroupServer(server, GROUP));
    }
    server.start();
    int port = server.getServerRpc().getInetSocketAddress().getPort();
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /* Nobody connects to these. */
  private static RaftPeer peer(RaftPeerId id) {
    return RaftPeer.newBuilder().setId(id).setAddress("127.0.0.1:1").build();
  }

  private long lastIndex() throws IOException {
    return server.getDivision(GROUP).getRaftLog().getLastEntryTermIndex().getIndex();
  }

  private static void assertWaits(CompletableFuture<?> answer) {
    assertThatThrownBy(() -> answer.get(SHORT_MILLIS, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  /* It is in the log, and its fsync is under way until the test says so. */
  private CompletableFuture<AppendEntriesReplyProto> appendThatIsHeld() throws Exception {
    machine.hold();
    CompletableFuture<AppendEntriesReplyProto> append = append();
    machine.fsyncing.get();
    return append;
  }

  private CompletableFuture<AppendEntriesReplyProto> append() {
    return send(TERM, null, entries(TERM, 0, 1));
  }

  private static List<LogEntryProto> entries(long term, long first, int count) {
    List<LogEntryProto> entries = new ArrayList<>();
    for (long index = first; index < first + count; index++) {
      entries.add(
          LogEntryProto.newBuilder()
              .setTerm(term)
              .setIndex(index)
              .setStateMachineLogEntry(
                  StateMachineLogEntryProto.newBuilder()
                      .setClientId(CLIENT.toByteString())
                      .setLogData(ByteString.copyFromUtf8("entry")))
              .build());
    }
    return entries;
  }

  private static TermIndexProto at(long term, long index) {
    return TermIndexProto.newBuilder().setTerm(term).setIndex(index).build();
  }

  /* Each call is a stream of its own. */
  private CompletableFuture<AppendEntriesReplyProto> send(
      long term, @Nullable TermIndexProto previous, List<LogEntryProto> entries) {
    Reply<AppendEntriesReplyProto> reply = new Reply<>();
    open(reply).onNext(request(term, previous, entries));
    return reply.answer;
  }

  private StreamObserver<AppendEntriesRequestProto> open(Reply<AppendEntriesReplyProto> reply) {
    return RaftServerProtocolServiceGrpc.newStub(channel).appendEntries(reply);
  }

  private AppendEntriesRequestProto request(
      long term, @Nullable TermIndexProto previous, List<LogEntryProto> entries) {
    AppendEntriesRequestProto.Builder request =
        AppendEntriesRequestProto.newBuilder()
            .setServerRequest(header())
            .setLeaderTerm(term)
            .setLeaderCommit(-1)
            .addAllEntries(entries);
    if (previous != null) {
      request.setPreviousLog(previous);
    }
    return request.build();
  }

  private RaftRpcRequestProto header() {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(LEADER.toByteString())
        .setReplyId(SELF.toByteString())
        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(GROUP.toByteString()))
        .setCallId(callId++)
        .build();
  }

  private static final class Reply<T> implements StreamObserver<T> {

    final CompletableFuture<T> answer = new CompletableFuture<>();

    @Override
    public void onNext(T value) {
      answer.complete(value);
    }

    @Override
    public void onError(Throwable t) {
      answer.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      answer.completeExceptionally(new IllegalStateException(ENDED));
    }
  }

  /** Stops where the test says: while an entry is appended, or before it is fsynced. */
  private static final class HeldMachine extends BaseStateMachine implements StateMachine.DataApi {

    volatile CompletableFuture<Void> append = CompletableFuture.completedFuture(null);
    volatile CompletableFuture<Void> fsync = CompletableFuture.completedFuture(null);
    final CompletableFuture<Void> appending = new CompletableFuture<>();
    volatile CompletableFuture<Void> fsyncing = new CompletableFuture<>();

    /** From now on nothing is fsynced until the test says so. */
    void hold() {
      fsyncing = new CompletableFuture<>();
      fsync = new CompletableFuture<>();
    }

    @Override
    public TransactionContext startTransaction(LogEntryProto entry, RaftPeerRole role) {
      appending.complete(null);
      append.join();
      return super.startTransaction(entry, role);
    }

    @Override
    public StateMachine.DataApi data() {
      return this;
    }

    @Override
    public CompletableFuture<Void> flush(long index) {
      fsyncing.complete(null);
      fsync.join();
      return CompletableFuture.completedFuture(null);
    }
  }
}
