// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.KvException;
import io.kvorum.api.LogPosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait until a log index is applied here.
 *
 * <p>Invariants: (1) a future completes normally only when the index it waits for can be read here;
 * (2) after {@link #stop} no future stays open; (3) a future that its owner completes is forgotten.
 */
public final class AppliedWaiters {

  // guarded by this
  private final TreeMap<Long, Set<CompletableFuture<LogPosition>>> waiting = new TreeMap<>();
  private LogPosition applied;
  private @Nullable Supplier<KvException> stopped;

  public AppliedWaiters(LogPosition applied) {
    this.applied = applied;
  }

  /** What can be read here. */
  public synchronized LogPosition applied() {
    return applied;
  }

  /**
   * The future completes once this index is applied, on the thread that applies, which must not be
   * held up. It has no timeout of its own.
   */
  public CompletableFuture<LogPosition> await(long index) {
    CompletableFuture<LogPosition> future = new CompletableFuture<>();
    synchronized (this) {
      if (applied.index() >= index) {
        future.complete(applied);
        return future;
      }
      if (stopped != null) {
        future.completeExceptionally(stopped.get());
        return future;
      }
      waiting.computeIfAbsent(index, i -> new HashSet<>()).add(future);
    }
    // The returned stage has no other duty than to forget the future, so nobody needs it.
    CompletableFuture<LogPosition> unused = future.whenComplete((p, e) -> forget(index, future));
    return future;
  }

  /** Everything up to this position can be read now. Lower positions are ignored. */
  public void advance(LogPosition position) {
    List<CompletableFuture<LogPosition>> reached = new ArrayList<>();
    synchronized (this) {
      if (!position.isAfter(applied)) {
        return;
      }
      applied = position;
      Map<Long, Set<CompletableFuture<LogPosition>>> head = waiting.headMap(position.index(), true);
      head.values().forEach(reached::addAll);
      head.clear();
    }
    reached.forEach(future -> future.complete(position));
  }

  /** Fails those who wait and those who come, unless what they wait for is applied already. */
  public void stop(Supplier<KvException> reason) {
    List<CompletableFuture<LogPosition>> left = new ArrayList<>();
    synchronized (this) {
      if (stopped != null) {
        return;
      }
      stopped = reason;
      waiting.values().forEach(left::addAll);
      waiting.clear();
    }
    left.forEach(future -> future.completeExceptionally(reason.get()));
  }

  synchronized int count() {
    return waiting.values().stream().mapToInt(Set::size).sum();
  }

  private synchronized void forget(long index, CompletableFuture<LogPosition> future) {
    Set<CompletableFuture<LogPosition>> same = waiting.get(index);
    if (same != null && same.removeIf(f -> f == future) && same.isEmpty()) {
      waiting.remove(index);
    }
  }
}
