// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import io.kvorum.api.ConflictClass;
import io.kvorum.api.ConflictKind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts refused writes by class. Thread-safe. */
public final class ConflictCounters {

  private final ConcurrentHashMap<ConflictClass, LongAdder> counts = new ConcurrentHashMap<>();

  /** Counts one refused write. A written key is never empty; an empty read key counts under 0. */
  public void add(ConflictKind kind, byte[] key) {
    byte first = key.length == 0 ? 0 : key[0];
    counts.computeIfAbsent(new ConflictClass(kind, first), c -> new LongAdder()).increment();
  }

  /** A copy of the counts so far. */
  public Map<ConflictClass, Long> copy() {
    Map<ConflictClass, Long> copy = new HashMap<>();
    counts.forEach((conflictClass, count) -> copy.put(conflictClass, count.sum()));
    return copy;
  }
}
