// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.fsm.interpret.Interpreter;
import io.kvorum.fsm.interpret.LookedUpKeys;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Replies;
import io.kvorum.fsm.wire.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes committed entries to the store, group by group.
 *
 * <p>Invariants (the numbers are those of the durability argument):
 *
 * <ul>
 *   <li>D1: a group is one batch of the store, with the position of its last entry; one that
 *       touches too much is cut into several.
 *   <li>D5: an entry at or below the store's applied position is skipped, by position; one that
 *       leaves a gap above it is a failure.
 *   <li>D6: the first throwable, of whatever kind, ends the loop for good. The futures of its group
 *       and of everything queued complete exceptionally; nothing is added after it.
 *   <li>D8: futures complete in the order of the log, after their entries can be read.
 * </ul>
 */
final class ApplyLoop {

  /** What the owner of the loop hears, from the loop's thread. Methods must not block. */
  interface Observer {

    /** An entry that the store already held was skipped. */
    void skipped(LogPosition position);

    /** Everything up to this position can be read now. */
    void applied(LogPosition position);

    /** The loop has ended for good; called once, after the futures completed. */
    void failed(Throwable first);
  }

  /** A short entry may touch long values, so a group is cut by what its batch holds as well. */
  static final long BATCH_BYTES = 32L * 1024 * 1024;

  /* Far more than the way from Ratis's log to here takes, far less than a slow disk's fsync. */
  private static final long GATHER_NANOS = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(ApplyLoop.class);

  // Immutable after construction.
  private final CheckpointableStore store;
  private final Observer observer;
  private final ApplyQueue queue;
  private final Thread thread;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * @param committed index of the last entry that is certain to come; -1 when that is not known
   */
  ApplyLoop(
      CheckpointableStore store,
      Observer observer,
      ApplyLimits limits,
      LongSupplier committed,
      String name) {
    this.store = store;
    this.observer = observer;
    this.queue = new ApplyQueue(limits, committed, GATHER_NANOS);
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Hands an entry over. Waits while the queue is full.
   *
   * @throws StoreFailedException if the loop has failed or was closed
   */
  void add(ApplyItem item) {
    try {
      if (!queue.add(item)) {
        throw stopped();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailedException(
          "interrupted before the entry at " + item.position() + " was queued", e);
    }
  }

  /**
   * Waits until everything handed over has been applied.
   *
   * @return false if the timeout passed before
   * @throws StoreFailedException if the loop has failed or was closed
   */
  boolean awaitIdle(long timeoutMillis) throws InterruptedException {
    boolean idle = queue.awaitIdle(timeoutMillis);
    if (failure.get() != null) {
      throw stopped();
    }
    return idle;
  }

  /** The first failure; null while there is none. */
  @Nullable Throwable failure() {
    return failure.get();
  }

  /** Ends the loop from outside with a failure; of several only the first counts. */
  void fail(Throwable cause) {
    fail(cause, List.of());
  }

  /**
   * Ends the loop; the group that is being written is finished first, what is queued is not.
   *
   * @return false if the thread had not ended when the timeout passed
   */
  boolean close(long timeoutMillis) throws InterruptedException {
    List<ApplyItem> rest = queue.close();
    if (thread != Thread.currentThread() && thread.isAlive()) {
      thread.join(timeoutMillis);
    }
    refuse(rest);
    return thread == Thread.currentThread() || !thread.isAlive();
  }

  /** An exception that says that, and why, nothing is applied any more. */
  StoreFailedException stopped() {
    Throwable first = failure.get();
    return first == null
        ? new StoreFailedException("the state machine is closed", null)
        : new StoreFailedException("the state machine has stopped: " + first, first);
  }

  private void run() {
    List<ApplyItem> group = List.of();
    try {
      for (group = queue.take(); !group.isEmpty(); group = queue.take()) {
        apply(group);
        queue.done();
      }
    } catch (Throwable t) {
      fail(t, group);
    }
  }

  private void apply(List<ApplyItem> group) {
    LogPosition held = store.appliedPosition();
    int first = 0;
    while (first < group.size() && group.get(first).position().index() <= held.index()) {
      skip(group.get(first++), held);
    }
    List<ApplyItem> fresh = group.subList(first, group.size());
    if (fresh.isEmpty()) {
      return;
    }
    List<Reply> replies = write(fresh, held);
    if (failure.get() != null) {
      throw stopped(); // a checkpoint failed meanwhile: nothing is acknowledged after it
    }
    observer.applied(fresh.get(fresh.size() - 1).position());
    for (int i = 0; i < fresh.size(); i++) {
      complete(fresh.get(i), replies.get(i));
    }
  }

  /* Only the position tells; the entry may have left no trace in the data, or a later one. */
  private void skip(ApplyItem item, LogPosition held) {
    LogPosition position = item.position();
    // Terms never fall along a log, so a higher one below the held position is another log's.
    boolean other = position.index() == held.index() && position.term() != held.term();
    if (other || position.term() > held.term()) {
      throw new StoreCorruptException(
          "the store has applied the entry at "
              + held
              + ", but the log holds one of another term at or below it: "
              + position
              + ". Store and log do not belong together. Move this replica's data directory away"
              + " and start it again: it gets a copy from the other replicas",
          null);
    }
    observer.skipped(position);
    complete(item, new Reply(position, true, List.of()));
  }

  private List<Reply> write(List<ApplyItem> fresh, LogPosition held) {
    List<@Nullable Command> commands = new ArrayList<>(fresh.size());
    for (ApplyItem item : fresh) {
      commands.add(item.command());
    }
    List<Reply> replies = new ArrayList<>(fresh.size());
    LogPosition last = held;
    while (replies.size() < fresh.size()) {
      try (RaftBatch batch = store.openRaftBatch()) {
        batch.prefetch(LookedUpKeys.of(commands.subList(replies.size(), commands.size())));
        Interpreter interpreter = new Interpreter(batch);
        do {
          LogPosition next = fresh.get(replies.size()).position();
          checkNext(last, next);
          last = next;
          Command command = commands.get(replies.size());
          List<Outcome> outcomes =
              command == null ? List.of() : interpreter.interpret(last, command);
          replies.add(new Reply(last, false, outcomes));
        } while (replies.size() < fresh.size() && batch.approximateBytes() < BATCH_BYTES);
        batch.commit(last);
      }
    }
    return replies;
  }

  private static void checkNext(LogPosition last, LogPosition next) {
    if (next.index() != last.index() + 1 || next.term() < last.term()) {
      throw new StoreCorruptException(
          "the log continues at "
              + next
              + ", but the store has applied up to "
              + last
              + ": entries in between are missing. Move this replica's data directory away and"
              + " start it again: it gets a copy from the other replicas",
          null);
    }
  }

  private static void complete(ApplyItem item, Reply reply) {
    item.future().complete(item.logData() == null ? Message.EMPTY : message(reply));
  }

  private static Message message(Reply reply) {
    return Message.valueOf(Replies.encode(reply));
  }

  private void fail(Throwable cause, List<ApplyItem> group) {
    boolean first = failure.compareAndSet(null, cause);
    List<ApplyItem> rest = queue.close();
    refuse(group);
    refuse(rest);
    if (first) {
      LOG.error("{}: stopped for good", thread.getName(), cause);
      observer.failed(cause);
    }
  }

  private void refuse(List<ApplyItem> items) {
    for (ApplyItem item : items) {
      item.future().completeExceptionally(stopped());
    }
  }
}
