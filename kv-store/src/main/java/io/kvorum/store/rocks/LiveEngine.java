// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreFailedException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The generation in force of an open store: who may use it beside whom, how it is replaced, and how
 * it ends (R5, R6, R7).
 *
 * <p>Lock order: write mutex, replacement, leases. The engine changes under all three.
 */
final class LiveEngine implements AutoCloseable {

  // Immutable after construction.
  private final Generations generations;
  private final Leases leases;
  private final WriteMutex mutex;

  /** Held while the content is being replaced: a close waits for that. */
  private final ReentrantLock replacement = new ReentrantLock();

  /** Replaced under the write mutex, with no lease out. */
  private volatile Engine engine;

  private volatile Consumer<StoreFailedException> failureListener = failure -> {};

  /** Owns both from now on. */
  LiveEngine(Path directory, Generations generations, Engine engine) {
    this.generations = generations;
    this.engine = engine;
    this.leases = new Leases("the store in " + directory);
    this.mutex = new WriteMutex(leases);
  }

  /** To be used under a lease. */
  Engine get() {
    return engine;
  }

  Leases leases() {
    return leases;
  }

  /** Takes a lease on a store that works. */
  void enter() {
    leases.enter();
    try {
      engine.checkWorking();
    } catch (RuntimeException e) {
      leases.exit();
      throw e;
    }
  }

  void exit() {
    leases.exit();
  }

  /** Runs under a lease. */
  <T> T reading(Supplier<T> action) {
    enter();
    try {
      return action.get();
    } finally {
      exit();
    }
  }

  /** Runs under a lease, as the only writer. */
  <T> T writing(Supplier<T> action) {
    mutex.lock();
    try {
      return reading(action);
    } finally {
      mutex.unlock();
    }
  }

  /** As {@link #writing}, but stays the writer until {@link #endWriting} if the action returns. */
  <T> T beginWriting(Supplier<T> action) {
    mutex.lock();
    try {
      return reading(action);
    } catch (RuntimeException e) {
      mutex.unlock();
      throw e;
    }
  }

  void endWriting() {
    mutex.unlock();
  }

  /** Told of the first failure, at once when there was one; also of later generations. */
  void onFailure(Consumer<StoreFailedException> listener) {
    leases.enter(); // not enter(): a store that has failed is what this is about
    try {
      failureListener = listener;
      engine.onFailure(listener);
    } finally {
      exit();
    }
  }

  /** Builds the next generation beside the one in force, then puts it in force. */
  void replace(Supplier<Engine> build) {
    mutex.lock();
    replacement.lock();
    try {
      if (leases.isClosed()) {
        throw leases.closedException();
      }
      engine.checkWorking();
      Engine next = build.get();
      leases.exclusively(
          () -> {
            Engine old = engine;
            engine = next;
            next.onFailure(failureListener);
            old.close();
          });
      generations.deleteOthers();
    } finally {
      replacement.unlock();
      mutex.unlock();
    }
  }

  /** Whether this thread is inside {@link #replace}. */
  boolean isReplacing() {
    return replacement.isHeldByCurrentThread();
  }

  /** Waits for all leases and a replacement; idempotent. */
  @Override
  public void close() {
    replacement.lock(); // not the write mutex: a raft batch that nobody ends may hold that
    try {
      leases.close(
          () -> {
            try {
              engine.close();
            } finally {
              if (engine.isClosed()) {
                generations.close();
              }
            }
          });
    } finally {
      replacement.unlock();
    }
  }
}
