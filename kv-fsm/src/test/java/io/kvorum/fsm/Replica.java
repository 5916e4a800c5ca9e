// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * A state machine with a listener that remembers, driven as Ratis would drive it but without a
 * server: entries are handed over by the test. The store is closed by whoever made it.
 */
final class Replica implements AutoCloseable, ReplicaListener {

  private static final long TERM = 1;

  final KvStateMachine machine;
  final List<LogPosition> applied = new CopyOnWriteArrayList<>();
  final List<Throwable> failures = new CopyOnWriteArrayList<>();
  final AtomicInteger timesSuperseded = new AtomicInteger();
  final AtomicInteger timesClosed = new AtomicInteger();

  /** Called when something was applied, on the apply thread. */
  volatile Runnable whenApplied = () -> {};

  private final Path root;

  Replica(CheckpointableStore store, Path root, ApplyLimits limits) {
    this.root = root;
    this.machine = machine(store, limits, log(store), CheckpointSchedule.NEVER);
  }

  /** That takes checkpoints by itself. */
  Replica(CheckpointableStore store, Path root, CheckpointSchedule schedule) {
    this.root = root;
    this.machine = machine(store, ApplyLimits.defaults(), log(store), schedule);
  }

  /** With a log that holds this range. */
  Replica(CheckpointableStore store, Path root, LogRange log) {
    this.root = root;
    this.machine = machine(store, ApplyLimits.defaults(), log, CheckpointSchedule.NEVER);
  }

  Replica(CheckpointableStore store, Path root) {
    this(store, root, ApplyLimits.defaults());
  }

  private KvStateMachine machine(
      CheckpointableStore store, ApplyLimits limits, LogRange log, CheckpointSchedule schedule) {
    return new KvStateMachine(store, this, limits, log, schedule, LogTail.NONE, () -> 1);
  }

  /** A log that fits whatever the store holds. */
  private static LogRange log(CheckpointableStore store) {
    return new LogRange(0, store.appliedPosition().index());
  }

  Replica start() throws IOException {
    RaftServer server = proxy(RaftServer.class, "getId", RaftPeerId.valueOf("test"));
    machine.initialize(server, RaftGroupId.randomId(), storage());
    return this;
  }

  /** Hands over a committed entry. */
  CompletableFuture<Reply> hand(long index, ByteString command) {
    LogEntryProto entry =
        LogEntryProto.newBuilder()
            .setTerm(TERM)
            .setIndex(index)
            .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(command))
            .build();
    return machine
        .applyTransaction(machine.startTransaction(entry, RaftPeerRole.FOLLOWER))
        .thenApply(message -> Replies.decode(message.getContent()));
  }

  /** Hands over a committed entry and waits for its reply. */
  Reply apply(long index, ByteString command) {
    return get(hand(index, command));
  }

  /** Hands over an entry without a command. */
  void position(long index) {
    machine.notifyTermIndexUpdated(TERM, index);
  }

  Path stateMachineDir() {
    return root.resolve("sm");
  }

  Path tmpDir() {
    return root.resolve("tmp");
  }

  static LogPosition at(long index) {
    return new LogPosition(TERM, index);
  }

  static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Override
  public void applied(LogPosition position) {
    applied.add(position);
    whenApplied.run();
  }

  @Override
  public void logIsSuperseded() {
    timesSuperseded.incrementAndGet();
  }

  @Override
  public void failed(Throwable first) {
    failures.add(first);
  }

  @Override
  public void closed() {
    timesClosed.incrementAndGet();
  }

  @Override
  public void close() throws IOException {
    machine.close();
  }

  private RaftStorage storage() {
    File dir = root.toFile();
    RaftStorageDirectory directory =
        new RaftStorageDirectory() {
          @Override
          public File getRoot() {
            return dir;
          }

          @Override
          public boolean isHealthy() {
            return true;
          }
        };
    return proxy(RaftStorage.class, "getStorageDir", directory);
  }

  /* An object of which one method, without arguments, may be called. */
  private static <T> T proxy(Class<T> type, String name, Object result) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals(name)) {
                return result;
              }
              if (method.getName().equals("getDivision")) {
                throw new IOException("there is no server");
              }
              throw new UnsupportedOperationException(method.getName());
            }));
  }
}
