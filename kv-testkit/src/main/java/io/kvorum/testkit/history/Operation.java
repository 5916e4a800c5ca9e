// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.List;
import java.util.stream.Stream;

/**
 * One call of one client: what it saw, and what it changed.
 *
 * <p>Example: {@link History}.
 *
 * @param client who called
 * @param kind what sort of call it was
 * @param invokedAt {@link System#nanoTime} just before the call
 * @param completedAt the same just after it, or when the caller gave up waiting
 * @param outcome how it ended; what a refused or unknown call saw is not judged, unless it is a
 *     transaction with a {@code readTs}
 * @param promise what its reads promised
 * @param readTs the timestamp it read at, {@link #NO_TIMESTAMP} if not known
 * @param commitTs the timestamp of its changes, {@link #NO_TIMESTAMP} if not known or there are
 *     none
 * @param observations what it saw; of a transaction, only what it read of the store, not what it
 *     read back of its own writes
 * @param effects its changes, in their order: the last one of a key wins
 */
public record Operation(
    String client,
    Kind kind,
    long invokedAt,
    long completedAt,
    Outcome outcome,
    ReadPromise promise,
    long readTs,
    long commitTs,
    List<Observation> observations,
    List<Effect> effects) {

  /** In place of a timestamp that is not known. */
  public static final long NO_TIMESTAMP = -1;

  public Operation {
    if (client.isEmpty() || completedAt < invokedAt) {
      throw new IllegalArgumentException(
          "client \"" + client + "\", invoked at " + invokedAt + ", completed at " + completedAt);
    }
    observations = List.copyOf(observations);
    effects = List.copyOf(effects);
  }

  /** Whether it certainly changed something: it was acknowledged, or its timestamp was seen. */
  boolean isCommitted() {
    return !effects.isEmpty()
        && (outcome == Outcome.OK || (outcome == Outcome.UNKNOWN && commitTs != NO_TIMESTAMP));
  }

  /** Whether it may have changed something, and nobody knows. */
  boolean isDoubtful() {
    return outcome == Outcome.UNKNOWN && commitTs == NO_TIMESTAMP && !effects.isEmpty();
  }

  /** Whether it certainly ended before the other one began. */
  boolean precedes(Operation other) {
    return outcome != Outcome.UNKNOWN && completedAt < other.invokedAt;
  }

  boolean touches(String key) {
    return effects.stream().anyMatch(effect -> effect.touches(key));
  }

  boolean deletes() {
    return effects.stream().anyMatch(effect -> !(effect instanceof Effect.Put));
  }

  /** Every key it names, seen or changed. */
  Stream<String> keys() {
    return Stream.concat(
        effects.stream()
            .flatMap(
                effect ->
                    effect instanceof Effect.Put put
                        ? Stream.of(put.key())
                        : effect instanceof Effect.Delete delete
                            ? Stream.of(delete.key())
                            : Stream.empty()),
        observations.stream()
            .flatMap(
                seen ->
                    seen instanceof Observation.Point point
                        ? Stream.of(point.key())
                        : ((Observation.Range) seen).entries().stream().map(e -> e.key())));
  }

  /** The same as a commit whose timestamp has become known. */
  Operation committedAt(long timestamp) {
    return new Operation(
        client,
        kind,
        invokedAt,
        completedAt,
        outcome,
        promise,
        readTs,
        timestamp,
        observations,
        effects);
  }
}
