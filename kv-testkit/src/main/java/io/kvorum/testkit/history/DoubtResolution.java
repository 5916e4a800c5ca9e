// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Learns from the watches of a history what became of calls whose outcome was unknown. */
final class DoubtResolution {

  /*
   * A delivered commit that no acknowledged call made must be that of a doubtful one. The values
   * that it wrote tell which. If it only deleted, several calls may have been it; then it is kept
   * as a commit of its own, and those calls stay in doubt: that can hide a delete which happened
   * twice, but never accuses a store that is right.
   */

  private final Set<Long> known = new HashSet<>();
  private final List<Operation> doubtful = new ArrayList<>();
  private final IdentityHashMap<Operation, Long> resolved = new IdentityHashMap<>();
  private final List<Operation> anonymous = new ArrayList<>();

  private DoubtResolution(History history) {
    for (Operation op : history.operations()) {
      if (op.isCommitted()) {
        known.add(op.commitTs());
      } else if (op.isDoubtful()) {
        doubtful.add(op);
      }
    }
  }

  /** The operations of the history, those that a watch delivered as commits. */
  static List<Operation> of(History history) {
    DoubtResolution resolution = new DoubtResolution(history);
    for (WatchRun watch : history.watches()) {
      for (WatchRun.Event event : watch.events()) {
        if (!resolution.known.contains(event.commitTs())) {
          resolution.resolve(event, watch);
        }
      }
    }
    List<Operation> operations = new ArrayList<>(resolution.anonymous);
    for (Operation op : history.operations()) {
      Long timestamp = resolution.resolved.get(op);
      operations.add(timestamp == null ? op : op.committedAt(timestamp));
    }
    return new History(operations, List.of()).operations();
  }

  private void resolve(WatchRun.Event event, WatchRun watch) {
    boolean named = event.effects().stream().anyMatch(effect -> effect instanceof Effect.Put);
    for (Operation op : doubtful) {
      boolean free = !named || !resolved.containsKey(op);
      if (free && op.invokedAt() <= event.arrivedAt() && explains(op, event, watch)) {
        known.add(event.commitTs());
        if (named) {
          resolved.put(op, event.commitTs());
        } else {
          anonymous.add(somebodys(event, op));
        }
        return;
      }
    }
  }

  private static Operation somebodys(WatchRun.Event event, Operation candidate) {
    return new Operation(
        candidate.client() + "?",
        Kind.WRITE,
        candidate.invokedAt(),
        event.arrivedAt(),
        Outcome.UNKNOWN,
        candidate.promise(),
        Operation.NO_TIMESTAMP,
        event.commitTs(),
        List.of(),
        event.effects());
  }

  /* Every change of the event is the call's, and the call's values are there. */
  private static boolean explains(Operation op, WatchRun.Event event, WatchRun watch) {
    for (Effect effect : event.effects()) {
      boolean made =
          effect instanceof Effect.Delete delete
              ? op.touches(delete.key())
              : op.effects().contains(effect);
      if (!made) {
        return false;
      }
    }
    return op.deletes() // which may have undone its own values
        || op.effects().stream()
            .filter(effect -> effect instanceof Effect.Put put && watch.covers(put.key()))
            .allMatch(event.effects()::contains);
  }
}
