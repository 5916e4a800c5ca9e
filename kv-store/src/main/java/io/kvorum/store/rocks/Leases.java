// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * R7: who is using the database now, and what hangs on it. Each call holds a lease while it touches
 * native memory; whoever closes or replaces the database waits for all leases first and closes what
 * was registered. Thread-safe.
 */
final class Leases {

  private final String name;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Set<Pinned> pinned = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Leases(String name) {
    this.name = name;
  }

  /** Something open on the database that must be released before the database is. */
  interface Pinned {

    /** Called at most once, while nobody holds a lease. */
    void release();
  }

  /** Takes a lease. */
  void enter() {
    lock.readLock().lock();
    if (closed) {
      lock.readLock().unlock();
      throw closedException();
    }
  }

  /**
   * Takes back a lease that was given up for a while, also when the database was closed or replaced
   * meanwhile: the caller asks what it works on before it touches that.
   */
  void reenter() {
    lock.readLock().lock();
  }

  /** Gives the lease back. */
  void exit() {
    lock.readLock().unlock();
  }

  boolean isClosed() {
    return closed;
  }

  IllegalStateException closedException() {
    return new IllegalStateException(name + " is closed");
  }

  /** Under a lease: what is to be released with the database. */
  void register(Pinned thing) {
    pinned.add(thing);
  }

  /** Releases one thing early; nothing if it was released already. */
  void release(Pinned thing) {
    lock.readLock().lock();
    try {
      if (pinned.remove(thing)) {
        thing.release();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Whoever holds a lease itself would wait for itself. */
  private void refuseFromInside() {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException(
          name + " cannot be closed, or its content replaced, from inside one of its calls");
    }
  }

  /** Waits for all leases, releases everything registered, then runs the action alone. */
  void exclusively(Runnable action) {
    refuseFromInside();
    lock.writeLock().lock();
    try {
      if (closed) {
        throw closedException();
      }
      releaseAll();
      action.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** As {@link #exclusively}, for the last time; nothing when closed already. */
  void close(Runnable action) {
    refuseFromInside();
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        releaseAll();
        action.run();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void releaseAll() {
    for (Pinned thing : List.copyOf(pinned)) {
      if (pinned.remove(thing)) {
        thing.release();
      }
    }
  }
}
