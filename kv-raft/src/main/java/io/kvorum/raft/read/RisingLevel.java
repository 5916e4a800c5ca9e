// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import io.kvorum.api.KvException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Something that only rises, and those who wait until it has reached a mark.
 *
 * <p>Invariants: (1) a future completes normally only when its mark is reached, with a value that
 * is at or above it; (2) after {@link #stop} no future stays open; (3) a future that its owner
 * completes is forgotten.
 */
final class RisingLevel<V> {

  private final ToLongFunction<V> mark;

  /* Written under this; read by all who find it high enough, without a lock. */
  private volatile V value;

  // guarded by this
  private final TreeMap<Long, Set<CompletableFuture<V>>> waiting = new TreeMap<>();
  private @Nullable Supplier<KvException> stopped;

  RisingLevel(V value, ToLongFunction<V> mark) {
    this.value = value;
    this.mark = mark;
  }

  V value() {
    return value;
  }

  /** Completes on the thread that advances, which must not be held up. */
  CompletableFuture<V> await(long least) {
    V now = value;
    if (mark.applyAsLong(now) >= least) {
      return CompletableFuture.completedFuture(now);
    }
    CompletableFuture<V> future = new CompletableFuture<>();
    synchronized (this) {
      if (mark.applyAsLong(value) >= least) {
        future.complete(value);
        return future;
      }
      if (stopped != null) {
        future.completeExceptionally(stopped.get());
        return future;
      }
      waiting.computeIfAbsent(least, i -> new HashSet<>()).add(future);
    }
    // The returned stage has no other duty than to forget the future, so nobody needs it.
    CompletableFuture<V> unused = future.whenComplete((v, e) -> forget(least, future));
    return future;
  }

  /** A value that is not higher is ignored. */
  void advance(V next) {
    List<CompletableFuture<V>> reached = new ArrayList<>();
    synchronized (this) {
      long level = mark.applyAsLong(next);
      if (level <= mark.applyAsLong(value)) {
        return;
      }
      value = next;
      Map<Long, Set<CompletableFuture<V>>> head = waiting.headMap(level, true);
      head.values().forEach(reached::addAll);
      head.clear();
    }
    reached.forEach(future -> future.complete(next));
  }

  /** Fails those who wait and those who come, unless their mark is reached already. */
  void stop(Supplier<KvException> reason) {
    List<CompletableFuture<V>> left = new ArrayList<>();
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

  private synchronized void forget(long least, CompletableFuture<V> future) {
    Set<CompletableFuture<V>> same = waiting.get(least);
    if (same != null && same.removeIf(f -> f == future) && same.isEmpty()) {
      waiting.remove(least);
    }
  }
}
