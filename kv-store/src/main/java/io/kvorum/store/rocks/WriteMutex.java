// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * R5: one write at a time. A waiter gives up when the store closes, so that a raft batch that
 * nobody ends cannot hold others for ever.
 */
final class WriteMutex {

  private static final long POLL_MILLIS = 50;

  private final ReentrantLock lock = new ReentrantLock();
  private final Leases leases;

  WriteMutex(Leases leases) {
    this.leases = leases;
  }

  /**
   * Waits for the mutex.
   *
   * @throws IllegalStateException if this thread has it already: it has a raft batch open
   */
  void lock() {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "this thread has a raft batch open; commit or close it before any other write");
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (lock.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            return;
          }
        } catch (InterruptedException e) {
          interrupted = true; // a write is not given up half way; the caller sees the flag
        }
        if (leases.isClosed()) {
          throw leases.closedException();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void unlock() {
    lock.unlock();
  }
}
