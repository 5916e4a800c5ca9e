// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The entries between Ratis, which hands them over one by one, and the apply thread, which takes
 * them in groups. Any number of threads may add; one takes.
 *
 * <p>Invariants: (1) entries leave in the order they came; (2) the bytes that wait are at most the
 * limit, or one entry; (3) once closed, nothing is added or taken any more.
 */
final class ApplyQueue {

  private final ApplyLimits limits;
  private final LongSupplier committed;
  private final long gatherNanos;

  // Guarded by this.
  private final ArrayDeque<ApplyItem> items = new ArrayDeque<>();
  private long queuedBytes;
  private boolean taken; // a group was taken and is not done
  private boolean closed;
  private long awaited = Long.MIN_VALUE; // who takes waits for an entry with this index

  /**
   * @param committed index of the last entry that is certain to come; -1 when that is not known
   * @param gatherNanos how long a group waits for entries that are certain to come
   */
  ApplyQueue(ApplyLimits limits, LongSupplier committed, long gatherNanos) {
    this.limits = limits;
    this.committed = committed;
    this.gatherNanos = gatherNanos;
  }

  /**
   * Adds an entry; waits while the queue is full, for as long as the apply thread makes progress.
   *
   * @return false if the queue is closed; the entry was not added
   */
  synchronized boolean add(ApplyItem item) throws InterruptedException {
    while (!closed && !items.isEmpty() && queuedBytes + item.bytes() > limits.maxQueuedBytes()) {
      wait();
    }
    if (closed) {
      return false;
    }
    items.add(item);
    queuedBytes += item.bytes();
    if (item.position().index() >= awaited || isGroupFull()) {
      notifyAll();
    }
    return true;
  }

  /**
   * Takes what is there, up to the limits of a group. Waits when there is nothing, and, for a
   * bounded time, for entries that are committed already and so are on their way here: they may
   * share the group's write. The group counts as being worked on until {@link #done}.
   *
   * @return empty when the queue is closed
   */
  synchronized List<ApplyItem> take() throws InterruptedException {
    while (!closed && items.isEmpty()) {
      wait();
    }
    gather();
    List<ApplyItem> group = new ArrayList<>();
    long bytes = 0;
    while (!closed && !items.isEmpty() && group.size() < limits.maxGroupEntries()) {
      long next = items.element().bytes();
      if (!group.isEmpty() && bytes + next > limits.maxGroupBytes()) {
        break;
      }
      bytes += next;
      group.add(items.remove());
    }
    queuedBytes -= bytes;
    taken = !group.isEmpty();
    notifyAll();
    return group;
  }

  /*
   * Ratis hands over one by one what was committed in one step, and the first entry alone would
   * take a whole fsync for itself. A lone writer's entry is the last committed one: no wait.
   */
  private void gather() throws InterruptedException {
    long begin = System.nanoTime();
    long last = committed.getAsLong();
    while (!closed && !isGroupFull() && items.getLast().position().index() < last) {
      long left = gatherNanos - (System.nanoTime() - begin);
      if (left <= 0) {
        break;
      }
      awaited = last;
      wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
    awaited = Long.MIN_VALUE;
  }

  private boolean isGroupFull() {
    return items.size() >= limits.maxGroupEntries() || queuedBytes >= limits.maxGroupBytes();
  }

  /** The group taken last has been dealt with. */
  synchronized void done() {
    taken = false;
    notifyAll();
  }

  /**
   * Waits until nothing is queued or being worked on.
   *
   * @return false if that took longer than the timeout, or the queue was closed before
   */
  synchronized boolean awaitIdle(long timeoutMillis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (!closed && (taken || !items.isEmpty())) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return !closed;
  }

  /** Ends the queue and wakes everybody who waits. Returns what had not been taken. */
  synchronized List<ApplyItem> close() {
    closed = true;
    List<ApplyItem> rest = new ArrayList<>(items);
    items.clear();
    queuedBytes = 0;
    notifyAll();
    return rest;
  }
}
