// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.upkeep;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.fsm.wire.Commands;
import io.kvorum.fsm.wire.Request;
import io.kvorum.raft.server.GroupServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks, every now and then, whether time asks for something. What it proposes goes
 * straight to this replica's server if that leads: past the bounds for users' writes and the disk's
 * reserve, because it is small, one at a time, and what gives a full disk space again.
 */
public final class Upkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(100);
  private static final Duration LONGEST_PERIOD = Duration.ofSeconds(10);
  private static final int PERIODS_PER_RETENTION = 32;
  private static final long CLOSE_SECONDS = 30;
  private static final long PROPOSAL_SECONDS = 60;

  private final GroupServer server;
  private final Due due;
  private final Collection collection;
  private final Consumer<Throwable> failed;
  private final long periodNanos;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  // Of the thread.
  private CompletableFuture<?> proposal = CompletableFuture.completedFuture(null);
  private long nextRaise;

  /**
   * @param retention how long old versions can be read
   * @param failed told when the store fails under it; the thread has ended then
   */
  public Upkeep(
      GroupServer server,
      CheckpointableStore store,
      Duration retention,
      Consumer<Throwable> failed) {
    this.server = server;
    this.due = new Due(store, retention.toMillis());
    this.collection = new Collection(store, this::rest);
    this.failed = failed;
    this.periodNanos = period(retention).toNanos();
    this.thread = new Thread(this::run, "kvorum-" + server.self() + "-upkeep");
    this.thread.setDaemon(true);
  }

  /** Begins; once. */
  public void start() {
    nextRaise = System.nanoTime();
    thread.start();
  }

  /**
   * How long after its time has come something may wait, on a replica that leads: a thirty-second
   * part of the retention, within 100 ms and 10 s.
   */
  static Duration period(Duration retention) {
    Duration part = retention.dividedBy(PERIODS_PER_RETENTION);
    if (part.compareTo(SHORTEST_PERIOD) < 0) {
      return SHORTEST_PERIOD;
    }
    return part.compareTo(LONGEST_PERIOD) > 0 ? LONGEST_PERIOD : part;
  }

  private void run() {
    try {
      long next = System.nanoTime() + periodNanos;
      while (!rested(next - System.nanoTime())) {
        boolean unfinished = propose();
        next = System.nanoTime() + (unfinished ? SHORTEST_PERIOD.toNanos() : periodNanos);
        long until = next;
        if (!collection.run(() -> isClosing() || System.nanoTime() - until >= 0)) {
          LOG.trace("the collection goes on after the next look");
        }
      }
    } catch (RuntimeException | Error e) {
      if (!isClosing()) {
        failed.accept(e);
      }
    }
  }

  /**
   * True when there may be more to do soon: what has expired, and large values that nobody can read
   * any more, are taken in bounded parts. A watermark is raised once in a period, however much is
   * written.
   */
  private boolean propose() {
    if (!server.isReadyLeader()) {
      return false;
    }
    if (!proposal.isDone()) {
      return true;
    }
    long millis = System.currentTimeMillis();
    boolean mayRaise = System.nanoTime() - nextRaise >= 0;
    Optional<Request> raise = mayRaise ? due.raise(millis) : Optional.empty();
    if (raise.isPresent()) {
      nextRaise = System.nanoTime() + periodNanos;
    }
    Optional<Request> request = raise.isPresent() ? raise : due.rest(millis);
    request.ifPresent(this::propose);
    return request.isPresent();
  }

  /* Whether it was carried out, the store will tell at the next look. */
  private void propose(Request request) {
    proposal =
        server
            .propose(new Proposal(Commands.of(request)))
            .orTimeout(PROPOSAL_SECONDS, TimeUnit.SECONDS)
            .handle(
                (reply, error) -> {
                  if (error != null || !reply.isSuccess()) {
                    LOG.debug("{} was not carried out: {} {}", request, reply, error);
                  }
                  return reply;
                });
  }

  private void rest(long nanos) {
    boolean unused = rested(nanos);
  }

  /** Waits; true once this is closing. */
  private boolean rested(long nanos) {
    try {
      return closing.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Ends the thread, and waits until it has; the store must still be open. */
  @Override
  public void close() {
    closing.countDown();
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
