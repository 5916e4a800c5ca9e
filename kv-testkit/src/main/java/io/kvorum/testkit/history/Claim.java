// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Something seen, and the positions of the {@link Timeline} at which its promise allows it to have
 * been seen.
 *
 * @param operations who saw it: one call, or all that read at the same timestamp
 * @param low the first position allowed
 * @param high the last position allowed
 * @param chained whether what was seen by such a call later in real time must be as new
 * @param invokedAt when the first of them was invoked
 * @param completedAt when the first of them was completed
 */
record Claim(
    List<Operation> operations,
    List<Observation> observations,
    long low,
    long high,
    boolean chained,
    long invokedAt,
    long completedAt) {

  /** The claims of a history, in the order of their invocation. */
  static List<Claim> of(List<Operation> operations, CommitOrder order) {
    List<Claim> claims = new ArrayList<>();
    TreeMap<Long, List<Operation>> snapshots = new TreeMap<>();
    List<Operation> commits = order.commits();
    for (int i = 0; i < commits.size(); i++) {
      if (!commits.get(i).observations().isEmpty()) {
        long before = order.position(i) - 1;
        claims.add(one(commits.get(i), before, before, false));
      }
    }
    for (Operation op : operations) {
      if (op.observations().isEmpty() || op.isCommitted() || op.isDoubtful()) {
        continue;
      }
      long timestamp = op.promise() instanceof ReadPromise.At at ? at.timestamp() : op.readTs();
      boolean snapshot = timestamp != Operation.NO_TIMESTAMP;
      if (op.outcome() != Outcome.OK || op.promise() instanceof ReadPromise.At) {
        if (snapshot) {
          snapshots.computeIfAbsent(timestamp, ts -> new ArrayList<>()).add(op);
        }
      } else {
        long high = order.oldestInvokedAfter(op.completedAt()) - 1;
        long low = lowest(op, order);
        if (snapshot) {
          low = Math.max(low, order.positionOf(timestamp));
          high = Math.min(high, order.positionOf(timestamp) + Timeline.STEP - 1);
        }
        claims.add(one(op, low, high, op.promise() instanceof ReadPromise.Linearizable));
      }
    }
    snapshots.forEach((ts, ops) -> claims.add(snapshot(ts, ops, order)));
    claims.sort(Comparator.comparingLong(Claim::invokedAt));
    return claims;
  }

  /** Whether a change by this write could change what was seen. */
  boolean isTouchedBy(Operation write) {
    for (Observation seen : observations) {
      for (Effect effect : write.effects()) {
        if (changes(effect, seen)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a value that this write wrote was seen. */
  boolean sawValueOf(Operation write) {
    for (Observation seen : observations) {
      for (Effect effect : write.effects()) {
        if (effect instanceof Effect.Put put && saw(put, seen)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean saw(Effect.Put put, Observation seen) {
    if (seen instanceof Observation.Point point) {
      return point.key().equals(put.key()) && put.value().equals(point.value());
    }
    return ((Observation.Range) seen)
        .entries()
        .contains(new Observation.Entry(put.key(), put.value()));
  }

  private static boolean changes(Effect effect, Observation seen) {
    if (effect instanceof Effect.Put put) {
      return seen.covers(put.key());
    } else if (effect instanceof Effect.Delete delete) {
      return seen.covers(delete.key());
    }
    return overlaps(((Effect.DeletePrefix) effect).prefix(), seen);
  }

  private static boolean overlaps(String prefix, Observation seen) {
    if (seen instanceof Observation.Point point) {
      return point.key().startsWith(prefix);
    }
    Observation.Range range = (Observation.Range) seen;
    String start = range.start();
    String end = range.end();
    return (end == null || prefix.compareTo(end) < 0)
        && (start == null || start.startsWith(prefix) || start.compareTo(prefix) <= 0);
  }

  private static long lowest(Operation op, CommitOrder order) {
    if (op.promise() instanceof ReadPromise.AtLeast promise) {
      return order.positionOf(promise.timestamp());
    } else if (op.promise() instanceof ReadPromise.Stale promise) {
      return order.newestCompletedBefore(op.invokedAt() - promise.maxAgeNanos());
    }
    return order.newestCompletedBefore(op.invokedAt());
  }

  private static Claim one(Operation op, long low, long high, boolean chained) {
    return new Claim(
        List.of(op), op.observations(), low, high, chained, op.invokedAt(), op.completedAt());
  }

  /* All that read at one timestamp saw one moment, so they are one claim. */
  private static Claim snapshot(long timestamp, List<Operation> ops, CommitOrder order) {
    long low = order.positionOf(timestamp);
    long high = low + Timeline.STEP - 1;
    Set<Observation> observations = new LinkedHashSet<>();
    long invokedAt = Long.MAX_VALUE;
    long completedAt = Long.MAX_VALUE;
    for (Operation op : ops) {
      observations.addAll(op.observations());
      invokedAt = Math.min(invokedAt, op.invokedAt());
      completedAt = Math.min(completedAt, op.completedAt());
      // A commit called after such a read may not land at or below its timestamp.
      high = Math.min(high, order.oldestInvokedAfter(op.completedAt()) - 1);
    }
    return new Claim(ops, List.copyOf(observations), low, high, false, invokedAt, completedAt);
  }
}
