// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Counts the calls that are running, so that closing can wait for them. Every call on the store, or
 * on something it handed out, runs between {@link #enter} and {@link #exit}.
 */
final class CallGate {

  /** Calls hold the read lock; the closing thread takes the write lock to see them all out. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private volatile boolean closed;

  void enter() {
    lock.readLock().lock();
    if (closed) {
      lock.readLock().unlock();
      throw closedException();
    }
  }

  void exit() {
    lock.readLock().unlock();
  }

  /** For a call that has waited since it entered. */
  void checkOpen() {
    if (closed) {
      throw closedException();
    }
  }

  /** Refuses calls from now on; those that run go on. */
  void shut() {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException("the store cannot be closed from inside one of its calls");
    }
    closed = true;
  }

  /** Returns when no call is running; after {@link #shut}. */
  void awaitQuiet() {
    lock.writeLock().lock();
    try {
      // Every call that entered before has left; later ones are refused.
      closed = true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("the store is closed");
  }
}
