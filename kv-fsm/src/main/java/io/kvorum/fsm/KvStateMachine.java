// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreFailedException;
import io.kvorum.api.SyncMode;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Commands;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Ratis state machine over one store: applies committed entries in groups, takes checkpoints,
 * installs those of the leader.
 *
 * <p>The store stays its owner's, who closes it after this. As long as this state machine is open
 * nobody else may write the store.
 *
 * <p><b>Failure</b> (D6). The first failure of a write, a sync, a rename or a decoding stops it for
 * good: the futures of what was queued complete exceptionally, later entries and checkpoints are
 * refused with {@link StoreFailedException}, and the listener is told once.
 *
 * <p><b>Threads.</b> Ratis calls: its updater thread hands entries over, takes checkpoints and
 * reinitializes; a thread that receives a checkpoint pauses; any thread starts transactions and
 * queries. Entries are written by a thread of this object's own, checkpoints that are due are
 * finished by another.
 */
public final class KvStateMachine extends BaseStateMachine {

  /*
   * Implementation notes.
   *
   * Two positions. P, the store's applied position, is what the data says; it decides what is
   * skipped (D5). Ratis's "last applied" is how far Ratis's own walk over the log has come: it
   * begins at the newest checkpoint, or before the first entry, and only rises. After a restart it
   * runs behind P until the skipping is over.
   */

  private static final Logger LOG = LoggerFactory.getLogger(KvStateMachine.class);
  private static final long CLOSE_TIMEOUT_MILLIS = 60_000;

  /** Below the three seconds after which a leader gives an append up. */
  private static final long LONGEST_HOLD_BACK_MILLIS = 2_000;

  /** Longer than the write of a group takes, on a slow disk too. */
  private static final long STANDSTILL_MILLIS = 500;

  // Immutable after construction.
  private final CheckpointableStore store;
  private final ReplicaListener listener;
  private final LogRange log;
  private final LeaderClock clock;
  private final CheckpointStorage checkpoints = new CheckpointStorage();
  private final ApplyLoop loop;
  private final Backlog backlog;
  private final Checkpointer checkpointer;

  /** Set when it is first asked for. */
  private volatile RaftServer.@Nullable Division division;

  /**
   * @param store what the entries are applied to; its owner closes it after this
   * @param log what the Raft log holds; checked against store and checkpoints before anything is
   *     applied
   * @param schedule when checkpoints are taken
   * @param tail what of the log stays below a checkpoint
   */
  public KvStateMachine(
      CheckpointableStore store,
      ReplicaListener listener,
      ApplyLimits limits,
      LogRange log,
      CheckpointSchedule schedule,
      LogTail tail) {
    this(store, listener, limits, log, schedule, tail, System::currentTimeMillis);
  }

  KvStateMachine(
      CheckpointableStore store,
      ReplicaListener listener,
      ApplyLimits limits,
      LogRange log,
      CheckpointSchedule schedule,
      LogTail tail,
      LongSupplier epochMillis) {
    this.store = store;
    this.log = log;
    this.listener = listener;
    this.clock = new LeaderClock(epochMillis);
    this.loop = new ApplyLoop(store, new Progress(), limits, this::awaited, "kvorum-apply");
    this.backlog =
        new Backlog(
            limits.maxQueuedBytes(), this::committed, LONGEST_HOLD_BACK_MILLIS, STANDSTILL_MILLIS);
    this.checkpointer = new Checkpointer(store, loop, checkpoints, schedule, tail);
  }

  /** Why the state machine has stopped; empty while it has not. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(loop.failure());
  }

  // ---- proposing ---------------------------------------------------------------------------

  /**
   * Checks a command and stamps this leader's clock into it; nothing is in the log yet. A timestamp
   * that the command brings along is refused when it is more than a second ahead of that clock.
   */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    TransactionContext.Builder transaction =
        TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
    ByteString bytes = request.getMessage().getContent();
    try {
      if (loop.failure() != null) {
        throw loop.stopped();
      }
      Command command = Commands.decode(bytes);
      long hint = clock.hintFor(command);
      return transaction
          .setLogData(Commands.stamp(bytes, hint))
          .setStateMachineContext(command.withClockHint(hint))
          .build();
    } catch (KvException | InvalidArgumentException e) {
      // Thrown, it would leave the request in Ratis's retry cache without an answer.
      return transaction.setLogData(ByteString.EMPTY).build().setException(e);
    }
  }

  /** Counts an entry that came from a leader, or is read from the log to be applied. */
  @Override
  public TransactionContext startTransaction(LogEntryProto entry, RaftPeerRole role) {
    backlog.appended(entry.getIndex(), entry.getSerializedSize());
    return super.startTransaction(entry, role);
  }

  /** What Ratis calls beside each write of its log; nothing is stored that way. */
  @Override
  public DataApi data() {
    return backlog;
  }

  /** Tells the sender, under the log's lock, that the entry is appended next. */
  @Override
  public TransactionContext preAppendTransaction(TransactionContext transaction) {
    RaftClientRequest request = transaction.getClientRequest();
    if (request != null && request.getMessage() instanceof ProposalGate gate) {
      gate.pass();
    }
    return transaction;
  }

  // ---- applying ----------------------------------------------------------------------------

  /**
   * Queues a committed entry; waits while the queue is full. The future holds the reply. When a
   * checkpoint is due it is taken before, so that no reply waits for it that is known already.
   */
  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    checkpointIfDue();
    LogEntryProto entry = Objects.requireNonNull(transaction.getLogEntry());
    Command decoded =
        transaction.getStateMachineContext() instanceof Command command ? command : null;
    ApplyItem item =
        ApplyItem.ofCommand(
            new LogPosition(entry.getTerm(), entry.getIndex()),
            entry.getStateMachineLogEntry().getLogData(),
            decoded);
    loop.add(item);
    checkpointer.count(entry.getSerializedSize());
    return item.future();
  }

  /** Queues an entry of Ratis's own, of which only the position is written. */
  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    checkpointIfDue();
    loop.add(ApplyItem.ofPosition(new LogPosition(term, index)));
    checkpointer.count(0);
  }

  /** Ratis could not write its log, and appends nothing any more (D6). */
  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
    loop.fail(DiskFailure.of("the Raft log could not be written", cause));
  }

  /*
   * What a group may wait for: only where it costs an fsync does it pay to wait for what is committed.
   */
  private long awaited() {
    return store.syncMode() == SyncMode.SYNC ? committed() : RaftLog.INVALID_LOG_INDEX;
  }

  private long committed() {
    RaftServer.Division known = division();
    return known == null ? RaftLog.INVALID_LOG_INDEX : known.getRaftLog().getLastCommittedIndex();
  }

  /* The group's server; null when it is closing. Called once Ratis has appended or handed over. */
  private RaftServer.@Nullable Division division() {
    RaftServer.Division known = division;
    if (known == null) {
      try {
        known = getServer().join().getDivision(getGroupId());
      } catch (IOException e) {
        return null;
      }
      division = known;
    }
    return known;
  }

  // ---- checkpoints -------------------------------------------------------------------------

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return checkpoints;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    getLifeCycle()
        .startAndTransition(
            () -> {
              checkpoints.init(storage);
              store.onFailure(loop::fail);
              checkpointer.start(log);
              if (log.endsBefore(checkpointer.begin())) {
                listener.logIsSuperseded();
              }
              setLastAppliedTermIndex(checkpointer.begin());
              LOG.info("{}: {}", getId(), log.plan(store.appliedPosition(), checkpointer.begin()));
              if (store.appliedPosition().isAfter(LogPosition.NONE)) {
                listener.applied(store.appliedPosition());
              }
              loop.start();
            });
  }

  /*
   * Not left to Ratis, which counts entries but not their bytes, and keeps a tail of so many
   * entries, whatever is in them. This is the thread on which it would ask for a snapshot, and what
   * is done in the end is what Ratis does then. What it calls the snapshot index stays behind: it is
   * told only of those that it asks for, and compares it with nothing else.
   */
  private void checkpointIfDue() {
    if (checkpointer.isDue()) {
      checkpointer.beginDue(() -> getLastAppliedTermIndex().getIndex(), this::cut);
    }
  }

  /* Lets the log go up to an index, below 0 for not at all, even while a replica is away. */
  private void cut(long index) {
    RaftServer.Division known = index < 0 || !getServer().isDone() ? null : division();
    if (known != null) {
      CompletableFuture<Long> unused = known.getRaftLog().purge(index);
    }
  }

  /**
   * Takes a checkpoint of everything handed over so far.
   *
   * @return the index that is in the newest checkpoint, durable there and in the store (D4): the
   *     earlier one's while entries are still being skipped, or when nothing was applied since
   * @throws IOException if it can be tried again later; nothing has failed
   * @throws StoreFailedException if the state machine has stopped
   */
  @Override
  public long takeSnapshot() throws IOException {
    long newest = checkpointer.take(() -> getLastAppliedTermIndex().getIndex());
    cut(checkpointer.purgeTo(newest)); // what Ratis cuts then, a replica that is away would hold up
    return newest;
  }

  /** Ratis is about to replace the directory of checkpoints by one it has received. */
  @Override
  public void pause() {
    checkpointer.pause();
    if (getLifeCycle().compareAndTransition(LifeCycle.State.RUNNING, LifeCycle.State.PAUSING)) {
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  /** Installs the checkpoint that Ratis has put in place, as a whole or not at all (D7). */
  @Override
  public void reinitialize() {
    checkpointer.resume();
    setLastAppliedTermIndex(checkpointer.begin());
    backlog.applied(store.appliedPosition().index());
    if (getLifeCycle().compareAndTransition(LifeCycle.State.PAUSED, LifeCycle.State.STARTING)) {
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
    listener.applied(store.appliedPosition());
  }

  /** Finishes the group that is being written and stops; idempotent. The store stays open. */
  @Override
  public void close() throws IOException {
    getLifeCycle().checkStateAndClose(listener::closed);
    backlog.close();
    try {
      if (!loop.close(CLOSE_TIMEOUT_MILLIS)) {
        throw new IOException(
            "the group being written was not finished in " + CLOSE_TIMEOUT_MILLIS + " ms");
      }
      if (!checkpointer.close(CLOSE_TIMEOUT_MILLIS)) {
        throw new IOException(
            "the checkpoint being written was not finished in " + CLOSE_TIMEOUT_MILLIS + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the apply thread", e);
    }
  }

  /* Runs on the apply thread. */
  private final class Progress implements ApplyLoop.Observer {

    @Override
    public void skipped(LogPosition position) {
      advance(position);
    }

    @Override
    public void applied(LogPosition position) {
      advance(position);
      listener.applied(position);
    }

    private void advance(LogPosition position) {
      updateLastAppliedTermIndex(position.term(), position.index());
      backlog.applied(position.index());
    }

    @Override
    public void failed(Throwable first) {
      backlog.close();
      listener.failed(first);
    }
  }
}
