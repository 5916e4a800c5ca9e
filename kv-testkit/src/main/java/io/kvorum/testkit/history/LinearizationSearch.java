// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether a history without timestamps is linearizable, by searching for an order of its
 * calls that a single store could have carried out one after the other.
 */
final class LinearizationSearch {

  /*
   * The search of Wing and Gong ("Testing and verifying concurrent objects", JPDC 17, 1993) with
   * the memory of Lowe ("Testing for linearizability", CCPE 29, 2017): calls and returns in one
   * list; the first unordered calls before any return are candidates; a state that was reached
   * before with the same calls ordered is not explored again. Keys that no call connects are
   * searched apart (Horn and Kroening, "Faster linearizability checking via P-compositionality",
   * FORTE 2015). A call with an unknown outcome has no return, and need not be ordered at all.
   * Exponential in the number of concurrent calls, as the problem is.
   */

  private static final int MOST_STATES = 2_000_000;

  /** A call or a return in the list of those not yet ordered. */
  private static final class Event {
    final int call;
    final boolean isReturn;
    @Nullable Event before;
    @Nullable Event after;
    @Nullable Event itsReturn;

    Event(int call, boolean isReturn) {
      this.call = call;
      this.isReturn = isReturn;
    }
  }

  private record State(BitSet ordered, Map<String, String> store) {}

  private record Step(Event event, Map<String, String> storeBefore) {}

  private final List<Operation> calls;
  private final Event head = new Event(-1, false);
  private int mostOrdered = -1;
  private int stuckAt;

  private LinearizationSearch(List<Operation> calls) {
    this.calls = calls;
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Event call = new Event(i, false);
      events.add(call);
      if (calls.get(i).outcome() == Outcome.OK) {
        call.itsReturn = new Event(i, true);
        events.add(call.itsReturn);
      }
    }
    // A return and a call at the same moment are concurrent: the call comes first.
    events.sort(Comparator.comparingLong(this::moment).thenComparing(e -> e.isReturn));
    Event last = head;
    for (Event event : events) {
      last.after = event;
      event.before = last;
      last = event;
    }
  }

  static Verdict check(History history) {
    List<Operation> calls = new ArrayList<>();
    for (Operation op : history.operations()) {
      if (op.outcome() == Outcome.REFUSED
          || (op.outcome() == Outcome.UNKNOWN && op.effects().isEmpty())) {
        continue;
      }
      if (!(op.promise() instanceof ReadPromise.Linearizable) && !op.observations().isEmpty()) {
        throw new IllegalArgumentException(
            "only linearizable reads can be judged without commit timestamps: " + op);
      }
      calls.add(op);
    }
    if (!history.watches().isEmpty()) {
      throw new IllegalArgumentException("watches cannot be judged without commit timestamps");
    }
    for (List<Operation> part : KeyParts.of(calls)) {
      Verdict verdict = new LinearizationSearch(part).search();
      if (!(verdict instanceof Verdict.Valid)) {
        return verdict;
      }
    }
    return new Verdict.Valid(calls.size());
  }

  private Verdict search() {
    int acknowledged = (int) calls.stream().filter(op -> op.outcome() == Outcome.OK).count();
    int orderedAcknowledged = 0;
    BitSet ordered = new BitSet();
    Map<String, String> store = Map.of();
    Set<State> seen = new HashSet<>();
    Deque<Step> path = new ArrayDeque<>();
    Event event = head.after;
    while (orderedAcknowledged < acknowledged) {
      if (event != null && !event.isReturn) {
        Operation call = calls.get(event.call);
        Map<String, String> next = apply(call, store);
        if (next != null && seen.add(new State(with(ordered, event.call), next))) {
          if (seen.size() > MOST_STATES) {
            return new Verdict.Undecided(
                "the search for an order passed " + MOST_STATES + " states");
          }
          path.push(new Step(event, store));
          store = next;
          ordered.set(event.call);
          orderedAcknowledged += call.outcome() == Outcome.OK ? 1 : 0;
          take(event);
          event = head.after;
        } else {
          event = event.after;
        }
        continue;
      }
      if (event != null && ordered.cardinality() > mostOrdered) {
        mostOrdered = ordered.cardinality();
        stuckAt = event.call;
      }
      if (path.isEmpty()) {
        return stuck();
      }
      Step step = path.pop();
      store = step.storeBefore();
      ordered.clear(step.event().call);
      orderedAcknowledged -= calls.get(step.event().call).outcome() == Outcome.OK ? 1 : 0;
      putBack(step.event());
      event = step.event().after;
    }
    return new Verdict.Valid(calls.size());
  }

  private Verdict stuck() {
    Operation call = calls.get(stuckAt);
    List<Operation> involved = new ArrayList<>(List.of(call));
    calls.stream()
        .filter(
            op ->
                !op.equals(call) && !op.effects().isEmpty() && op.invokedAt() <= call.completedAt())
        .sorted(Comparator.comparingLong(Operation::completedAt).reversed())
        .limit(5)
        .forEach(involved::add);
    return new Verdict.Violation(
        "no order of the calls explains " + Words.who(call) + "; the last writes before it follow",
        involved);
  }

  /* What the store holds after the call; null: the call could not have seen what it saw. */
  private static @Nullable Map<String, String> apply(Operation call, Map<String, String> store) {
    TreeMap<String, String> sorted = null;
    for (Observation seen : call.observations()) {
      if (seen instanceof Observation.Point point) {
        if (!Objects.equals(point.value(), store.get(point.key()))) {
          return null;
        }
      } else {
        sorted = sorted == null ? new TreeMap<>(store) : sorted;
        if (!matches((Observation.Range) seen, sorted)) {
          return null;
        }
      }
    }
    if (call.effects().isEmpty()) {
      return store;
    }
    TreeMap<String, String> after = new TreeMap<>(store);
    for (Effect effect : call.effects()) {
      if (effect instanceof Effect.Put put) {
        after.put(put.key(), put.value());
      } else {
        after.keySet().removeIf(effect::touches);
      }
    }
    return after;
  }

  private static boolean matches(Observation.Range range, NavigableMap<String, String> store) {
    var inOrder = (range.descending() ? store.descendingMap() : store).entrySet();
    return inOrder.stream()
        .filter(entry -> range.covers(entry.getKey()))
        .limit(range.limit())
        .map(entry -> new Observation.Entry(entry.getKey(), entry.getValue()))
        .toList()
        .equals(range.entries());
  }

  private long moment(Event event) {
    Operation call = calls.get(event.call);
    return event.isReturn ? call.completedAt() : call.invokedAt();
  }

  private static BitSet with(BitSet ordered, int call) {
    BitSet copy = (BitSet) ordered.clone();
    copy.set(call);
    return copy;
  }

  private static void take(Event call) {
    unlink(call);
    if (call.itsReturn != null) {
      unlink(call.itsReturn);
    }
  }

  private static void putBack(Event call) {
    if (call.itsReturn != null) {
      link(call.itsReturn);
    }
    link(call);
  }

  private static void unlink(Event event) {
    Event before = Objects.requireNonNull(event.before);
    before.after = event.after;
    if (event.after != null) {
      event.after.before = before;
    }
  }

  private static void link(Event event) {
    Event before = Objects.requireNonNull(event.before);
    before.after = event;
    if (event.after != null) {
      event.after.before = event;
    }
  }
}
