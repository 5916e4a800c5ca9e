// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes checkpoints of the store and installs those of the leader, beside the apply loop.
 *
 * <p>Invariants (the numbers are those of the durability argument):
 *
 * <ul>
 *   <li>D4: an index is reported only after the store and a checkpoint hold it durably.
 *   <li>D6: what fails here stops the apply loop for good.
 *   <li>D7: the store holds a checkpoint as a whole or not at all; one that does not verify is
 *       never installed.
 * </ul>
 */
final class Checkpointer {

  /*
   * Pausing does not stop the apply loop. Whatever is queued is committed, lies below the
   * checkpoint that is being installed, and belongs into the store if the installation fails after
   * all; to drop it could leave a hole. What must not happen between pause() and resume() is a
   * checkpoint, because Ratis renames the directory they are in: none is begun in between, and
   * pause() waits for one that runs. resume() runs on the thread that adds entries, so nothing is
   * added while it waits for the loop to be idle. pause() is called under Ratis's server lock, so
   * it does not wait for the loop, whose futures may need that lock.
   */

  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  private static final long DRAIN_TIMEOUT_MILLIS = 60_000;
  private static final long TURN_TIMEOUT_MILLIS = 60_000;

  // Immutable after construction.
  private final CheckpointableStore store;
  private final ApplyLoop loop;
  private final CheckpointStorage checkpoints;
  private final LogTail tail;

  // Of Ratis's updater thread, which hands entries over, takes checkpoints and reinitializes.
  private final LogGrowth growth;

  /*
   * One at a time works on the checkpoints, and holds this. No lock, because a checkpoint that is due
   * is begun by the updater thread and finished, with the turn handed over, by the finisher.
   */
  private final Semaphore turn = new Semaphore(1);
  private final ExecutorService finisher =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "kvorum-checkpoint");
            thread.setDaemon(true);
            return thread;
          });

  // Of whose turn it is: the directory of checkpoints is being replaced.
  private boolean paused;

  Checkpointer(
      CheckpointableStore store,
      ApplyLoop loop,
      CheckpointStorage checkpoints,
      CheckpointSchedule schedule,
      LogTail tail) {
    this.store = store;
    this.loop = loop;
    this.checkpoints = checkpoints;
    this.growth = new LogGrowth(schedule);
    this.tail = tail;
  }

  /**
   * Brings the store, its checkpoints and the log together, before anything is applied: installs
   * the newest checkpoint if the store has not reached it, as after a crash within an installation;
   * writes a new one if the log begins behind it, because Ratis begins at the newest.
   *
   * @throws StoreCorruptException if entries are missing that this replica needs
   */
  void start(LogRange log) throws IOException {
    boolean damaged = checkpoints.load(store.appliedPosition());
    installIfAhead();
    LogPosition durable = store.durablePosition();
    log.check(store.appliedPosition(), durable, begin().getIndex());
    boolean cut = log.first() > begin().getIndex() + 1;
    if ((damaged || cut) && isAheadOfNewest(durable)) {
      checkpoints.write(store);
    }
  }

  /** Where Ratis's walk over the log begins: at the newest checkpoint. */
  TermIndex begin() {
    return checkpoints.newest().map(Checkpoint::termIndex).orElse(TermIndex.INITIAL_VALUE);
  }

  /** Counts an entry that is handed over. */
  void count(long bytes) {
    growth.add(bytes);
  }

  /** Whether so much was handed over since the newest checkpoint that one should be taken. */
  boolean isDue() {
    return growth.isDue();
  }

  /**
   * Begins the checkpoint that is due. On return it holds its position; a thread of its own reads
   * and hashes it, makes it the newest, deletes old ones and has the log cut, while entries are
   * applied. One that cannot be begun is due again later.
   *
   * @param walk as for {@link #take}
   * @param cut is told, on another thread, up to where the log may be cut; below 0: not at all
   * @throws StoreFailedException if something has failed
   */
  void beginDue(LongSupplier walk, LongConsumer cut) {
    if (!turn.tryAcquire()) {
      growth.postpone(); // the last one is not finished, or one is being installed
      return;
    }
    boolean handedOver = false;
    long begin = System.nanoTime();
    try {
      LogPosition held = advanced(walk);
      if (held != null) {
        long waited = millisSince(begin);
        finisher.execute(() -> finishDue(held, waited, cut));
        handedOver = true;
      }
      if (handedOver || !isAheadOfNewest(store.appliedPosition())) {
        growth.restart(); // else it is still skipping entries that no checkpoint holds
      }
    } catch (IOException e) {
      LOG.info("no checkpoint was taken, it will be tried again: {}", e.getMessage());
    } finally {
      if (!handedOver) {
        turn.release();
      }
      if (growth.isDue()) {
        growth.postpone();
      }
    }
  }

  private void finishDue(LogPosition held, long waitedMillis, LongConsumer cut) {
    long begin = System.nanoTime();
    try {
      try {
        Checkpoint unused = checkpoints.finish(held);
        LOG.info(
            "checkpoint at {}: writes waited for it {} ms, it was finished beside them in {} ms",
            held,
            waitedMillis,
            millisSince(begin));
        deleteOld();
      } finally {
        turn.release();
      }
      cut.accept(purgeTo(held.index()));
    } catch (IOException | RuntimeException | Error e) {
      StoreFailedException unused = fail(e); // nobody else would hear of it on this thread
    }
  }

  /* What cannot be deleted now is deleted with the next one. */
  private void deleteOld() {
    try {
      checkpoints.cleanupOldSnapshots(new SnapshotRetentionPolicy() {});
    } catch (IOException e) {
      LOG.warn("old checkpoints stay for now: {}", e.toString());
    }
  }

  private static long millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  /** Up to where the log may be cut below the newest checkpoint; below 0 if not at all. */
  long purgeTo(long newest) {
    return newest < 0 ? newest : tail.purgeTo(newest);
  }

  /**
   * Takes a checkpoint, unless the newest one is as new. Waits for one that is being finished, up
   * to a minute.
   *
   * @param walk supplies where Ratis's walk over the log is, once everything queued is applied; a
   *     store that is ahead of it is still skipping entries, and no checkpoint is taken
   * @return the index in the newest checkpoint, or Ratis's invalid index
   * @throws IOException if it can be tried again later; nothing has failed
   * @throws StoreFailedException if something has
   */
  long take(LongSupplier walk) throws IOException {
    awaitTurn();
    try {
      LogPosition held = advanced(walk);
      if (held != null) {
        finishOrFail(held);
      }
      if (!isAheadOfNewest(store.appliedPosition())) {
        growth.restart(); // else it is still skipping entries that no checkpoint holds
      }
      return checkpoints.newest().map(c -> c.position().index()).orElse(RaftLog.INVALID_LOG_INDEX);
    } finally {
      turn.release();
    }
  }

  /* Begins a checkpoint if there is something new to hold; the position, else null. */
  private @Nullable LogPosition advanced(LongSupplier walk) throws IOException {
    if (paused) {
      throw new IOException("no checkpoint is taken while one is being installed");
    }
    awaitIdle();
    LogPosition held = store.appliedPosition();
    if (held.index() > walk.getAsLong() || !isAheadOfNewest(held)) {
      return null;
    }
    try {
      return checkpoints.begin(store);
    } catch (IOException | RuntimeException | Error e) {
      throw fail(e);
    }
  }

  private void finishOrFail(LogPosition begun) {
    try {
      Checkpoint unused = checkpoints.finish(begun);
    } catch (IOException | RuntimeException | Error e) {
      throw fail(e);
    }
  }

  private void awaitTurn() throws IOException {
    try {
      if (!turn.tryAcquire(TURN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "a checkpoint was still being taken after " + TURN_TIMEOUT_MILLIS + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a checkpoint was being taken", e);
    }
  }

  /**
   * Keeps checkpoints out until {@link #resume}, and makes what was received durable before Ratis
   * renames it. Waits for a checkpoint that is being taken, up to a minute.
   */
  void pause() {
    try {
      awaitTurn();
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    try {
      paused = true;
      checkpoints.syncReceived();
    } catch (IOException e) {
      throw fail(e);
    } finally {
      turn.release();
    }
  }

  /** Installs the checkpoint that Ratis has put in place; durable on return. */
  void resume() {
    try {
      awaitTurn();
    } catch (IOException e) {
      throw fail(e);
    }
    try {
      awaitIdle();
      checkpoints.syncInstalled();
      checkpoints.load(store.appliedPosition());
      installIfAhead();
      if (!isAheadOfNewest(store.appliedPosition())) {
        growth.restart();
      }
      paused = false;
    } catch (IOException | RuntimeException | Error e) {
      throw fail(e);
    } finally {
      turn.release();
    }
  }

  /**
   * Waits for a checkpoint that is being finished; none is finished after it.
   *
   * @return false if it was not when the timeout passed
   */
  boolean close(long timeoutMillis) throws InterruptedException {
    finisher.shutdown();
    return finisher.awaitTermination(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  private void installIfAhead() {
    Checkpoint newest = checkpoints.newest().orElse(null);
    if (newest == null || newest.position().index() <= store.appliedPosition().index()) {
      return;
    }
    store.installCheckpoint(newest.storeDir());
    if (!store.appliedPosition().equals(newest.position())) {
      throw new StoreCorruptException(
          "the checkpoint "
              + newest.dir()
              + " holds a store at "
              + store.appliedPosition()
              + ". Move this replica's data directory away and start it again: it gets a copy from"
              + " the other replicas",
          null);
    }
  }

  private boolean isAheadOfNewest(LogPosition held) {
    return held.index() > begin().getIndex();
  }

  private void awaitIdle() throws IOException {
    try {
      if (!loop.awaitIdle(DRAIN_TIMEOUT_MILLIS)) {
        throw new IOException("the queue was not applied within " + DRAIN_TIMEOUT_MILLIS + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the queue was being applied", e);
    }
  }

  private StoreFailedException fail(Throwable cause) {
    boolean io = cause instanceof IOException;
    loop.fail(io ? DiskFailure.of("a checkpoint could not be written or installed", cause) : cause);
    return loop.stopped();
  }
}
