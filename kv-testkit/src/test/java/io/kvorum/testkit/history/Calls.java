// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes operations down by hand: {@code call("w1", 10, 20).put("a", "1").committedAt(5)}. */
final class Calls {

  private final String client;
  private final long invokedAt;
  private final long completedAt;
  private final List<Observation> observations = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private ReadPromise promise = new ReadPromise.Linearizable();

  private Calls(String client, long invokedAt, long completedAt) {
    this.client = client;
    this.invokedAt = invokedAt;
    this.completedAt = completedAt;
  }

  static Calls call(String client, long invokedAt, long completedAt) {
    return new Calls(client, invokedAt, completedAt);
  }

  Calls put(String key, String value) {
    effects.add(new Effect.Put(key, value));
    return this;
  }

  Calls delete(String key) {
    effects.add(new Effect.Delete(key));
    return this;
  }

  Calls deletePrefix(String prefix) {
    effects.add(new Effect.DeletePrefix(prefix));
    return this;
  }

  Calls saw(String key, @Nullable String value) {
    observations.add(new Observation.Point(key, value));
    return this;
  }

  /** Saw a range, with its keys and values in turn. */
  Calls sawRange(@Nullable String start, @Nullable String end, String... keysAndValues) {
    List<Observation.Entry> entries = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.add(new Observation.Entry(keysAndValues[i], keysAndValues[i + 1]));
    }
    observations.add(new Observation.Range(start, end, 100, false, entries));
    return this;
  }

  Calls promising(ReadPromise newPromise) {
    promise = newPromise;
    return this;
  }

  Operation committedAt(long timestamp) {
    return end(Outcome.OK, -1, timestamp);
  }

  Operation ok() {
    return end(Outcome.OK, -1, -1);
  }

  Operation readAt(long timestamp) {
    return end(Outcome.OK, timestamp, -1);
  }

  Operation refused() {
    return end(Outcome.REFUSED, -1, -1);
  }

  Operation unknown() {
    return end(Outcome.UNKNOWN, -1, -1);
  }

  Operation end(Outcome outcome, long readTs, long commitTs) {
    Kind kind =
        !effects.isEmpty() && !observations.isEmpty()
            ? Kind.TRANSACTION
            : !effects.isEmpty()
                ? Kind.WRITE
                : observations.get(0) instanceof Observation.Range ? Kind.SCAN : Kind.READ;
    return new Operation(
        client,
        kind,
        invokedAt,
        completedAt,
        outcome,
        promise,
        readTs,
        commitTs,
        observations,
        effects);
  }
}
