// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to write. Unlike a lock it can be given back by another thread: closing the
 * store ends a batch that its thread has left open.
 */
final class WriterTurn {

  private final Semaphore free = new Semaphore(1);
  private volatile @Nullable Thread batchThread;

  /** Waits for the turn; a thread that has a batch open would wait for itself and is refused. */
  void take() {
    if (Thread.currentThread().equals(batchThread)) {
      throw new IllegalStateException(
          "this thread has a raft batch open; commit or close it before another write");
    }
    free.acquireUninterruptibly();
  }

  /** The holder of the turn keeps it, for a batch of the current thread. */
  void keepForBatch() {
    batchThread = Thread.currentThread();
  }

  void give() {
    batchThread = null;
    free.release();
  }
}
