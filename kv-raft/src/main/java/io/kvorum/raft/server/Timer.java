// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which a node lets deadlines pass and tries again. What runs here must not wait for
 * anything. After {@link #close()} nothing is run any more: whoever closes it settles what is still
 * under way first.
 */
public final class Timer implements AutoCloseable {

  private final ScheduledThreadPoolExecutor threads;

  /** Threads named after the node. */
  public Timer(String node) {
    threads =
        new ScheduledThreadPoolExecutor(
            2,
            task -> {
              Thread thread = Executors.defaultThreadFactory().newThread(task);
              thread.setName("kvorum-" + node + "-timer");
              thread.setDaemon(true);
              return thread;
            });
    threads.setRemoveOnCancelPolicy(true);
  }

  /** Runs a task once the time has passed; null when this timer is closed. */
  public @Nullable ScheduledFuture<?> after(long nanos, Runnable task) {
    try {
      return threads.schedule(task, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return null;
    }
  }

  /** Runs a task once the time has passed, unless this timer is closed before. */
  public void later(long nanos, Runnable task) {
    ScheduledFuture<?> unused = after(nanos, task);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
