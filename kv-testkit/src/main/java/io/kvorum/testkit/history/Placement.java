// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds for every claim a position at which it could have been made, and for the writes with an
 * unknown outcome whether and where they happened.
 */
final class Placement {

  /*
   * Without doubtful writes this is a greedy pass: claims are taken in the order of their
   * invocation, each is given the first position that shows what it saw and is no older than what
   * claims completed before it were given. By induction no order gives any claim an earlier
   * position, so a claim that finds none below its upper bound shows that there is no order at all.
   *
   * A doubtful write is only put in when a claim is stuck that it touches: if nobody can tell that
   * it happened, it may as well not have. It is tried at the latest position first and then
   * backwards, because writes and claims that contradict it are those that need it earlier. That
   * part is a search with backtracking, exponential in the number of doubtful writes that
   * influence each other; it is given up after a number of steps.
   */

  /** How often a claim is given a position, all in all, before the search is given up. */
  private static final long STEPS = 20_000_000;

  /** What it costs to try a position for a doubtful write. */
  private static final long INSERTION = 20;

  private record Doubt(Operation write, long position) {}

  /** Thrown out of the search when it takes too long. */
  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final List<Claim> claims;
  private final List<Operation> doubtful;
  private final Timeline timeline;
  private final CommitOrder order;
  private final long[] points;
  private final List<Doubt> inserted = new ArrayList<>();
  private final Set<Operation> used = Collections.newSetFromMap(new IdentityHashMap<>());
  private final TreeSet<Long> taken = new TreeSet<>();
  private long steps = STEPS;
  private int furthest = -1;
  private int blocker = -1;

  Placement(List<Claim> claims, List<Operation> doubtful, Timeline timeline, CommitOrder order) {
    this.claims = claims;
    this.doubtful = doubtful;
    this.timeline = timeline;
    this.order = order;
    this.points = new long[claims.size()];
  }

  /**
   * What a search found.
   *
   * @param decided false: it took too long
   * @param stuck the claim that fits nowhere; null: all fit
   * @param earlier a claim completed before the stuck one that saw something as new or newer; null:
   *     none, or it does not matter
   */
  record Result(boolean decided, @Nullable Claim stuck, @Nullable Claim earlier) {}

  /** Looks for positions of all claims. */
  Result search() {
    try {
      return solve(0) ? new Result(true, null, null) : stuck(true);
    } catch (TooLong e) {
      return stuck(false);
    } finally {
      inserted.forEach(doubt -> timeline.remove(doubt.write(), doubt.position()));
    }
  }

  private Result stuck(boolean decided) {
    return new Result(decided, claims.get(furthest), blocker < 0 ? null : claims.get(blocker));
  }

  private boolean solve(int from) {
    Claim claim = misplacedDoubt();
    int placed = from;
    if (claim == null) {
      placed = place(from);
      if (placed == claims.size()) {
        return true;
      }
      claim = claims.get(placed);
    }
    for (Operation write : candidates(claim)) {
      if (solveWith(write, claim, placed)) {
        return true;
      }
    }
    return false;
  }

  /* A doubtful transaction, put in where it could not have read what it read, as a claim. */
  private @Nullable Claim misplacedDoubt() {
    for (Doubt doubt : inserted) {
      Operation write = doubt.write();
      long before = doubt.position() - 1;
      if (!timeline.matches(write.observations(), before)) {
        return new Claim(
            List.of(write),
            write.observations(),
            before,
            before,
            false,
            write.invokedAt(),
            Long.MAX_VALUE);
      }
    }
    return null;
  }

  private boolean solveWith(Operation write, Claim claim, int placed) {
    int restart = Math.min(placed, firstOpenAt(write.invokedAt()));
    long low = lowest(write);
    long[] before = points.clone();
    long bottom;
    for (long top = Math.min(claim.high(), end()) + 1; top > low + 1; top = bottom) {
      bottom = neighbourBelow(top);
      long floor = Math.max(bottom, low);
      long position = floor + (top - floor) / 2;
      if (position == floor) {
        continue; // no room between two doubtful writes
      }
      spend(INSERTION);
      Doubt doubt = new Doubt(write, position);
      insert(doubt);
      if (mayHelp(write, claim)) {
        if (solve(restart)) {
          return true;
        }
        System.arraycopy(before, 0, points, 0, points.length);
      }
      remove(doubt);
    }
    return false;
  }

  /* A claim of several parts may need several writes before it fits. */
  private boolean mayHelp(Operation write, Claim claim) {
    boolean onePart =
        claim.observations().size() == 1
            && claim.observations().get(0) instanceof Observation.Point;
    return timeline.firstMatch(claim.observations(), claim.low(), claim.high()) >= 0
        || (!onePart && (write.deletes() || claim.sawValueOf(write)));
  }

  /* From this claim on; the first that finds no position, or the number of claims. */
  private int place(int from) {
    PriorityQueue<long[]> running = new PriorityQueue<>(Comparator.comparingLong(c -> c[0]));
    for (int i = 0; i < from; i++) {
      begin(running, i);
    }
    long newest = 0;
    int newestClaim = -1;
    for (int i = from; i < claims.size(); i++) {
      spend(1);
      Claim claim = claims.get(i);
      for (long[] first = running.peek();
          first != null && first[0] < claim.invokedAt();
          first = running.peek()) {
        if (first[1] > newest) {
          newest = first[1];
          newestClaim = (int) first[2];
        }
        running.poll();
      }
      long low = claim.chained() ? Math.max(claim.low(), newest) : claim.low();
      long point = timeline.firstMatch(claim.observations(), low, highest(claim));
      if (point < 0) {
        if (i > furthest) {
          furthest = i;
          blocker = claim.chained() && newest > claim.low() ? newestClaim : -1;
        }
        return i;
      }
      points[i] = point;
      begin(running, i);
    }
    return claims.size();
  }

  private void spend(long cost) {
    steps -= cost;
    if (steps < 0) {
      throw new TooLong();
    }
  }

  private void begin(PriorityQueue<long[]> running, int i) {
    if (claims.get(i).chained()) {
      running.add(new long[] {claims.get(i).completedAt(), points[i], i});
    }
  }

  private long highest(Claim claim) {
    long high = claim.high();
    for (Doubt doubt : inserted) {
      if (doubt.write().invokedAt() > claim.completedAt()) {
        high = Math.min(high, doubt.position() - 1);
      }
    }
    return high;
  }

  /* Everything completed before the write began is at or below this. */
  private long lowest(Operation write) {
    long low = order.newestCompletedBefore(write.invokedAt());
    int until = firstOpenAt(write.invokedAt());
    for (int i = 0; i < until; i++) {
      low = Math.max(low, points[i]);
    }
    return low;
  }

  /* The first claim that is not completed before this moment: later ones can see the write. */
  private int firstOpenAt(long moment) {
    for (int i = 0; i < claims.size(); i++) {
      if (claims.get(i).completedAt() >= moment) {
        return i;
      }
    }
    return claims.size();
  }

  /* Those that could explain the claim, the likeliest first. */
  private List<Operation> candidates(Claim claim) {
    List<Operation> seen = new ArrayList<>();
    List<Operation> touching = new ArrayList<>();
    List<Operation> deleting = new ArrayList<>();
    for (Operation write : doubtful) {
      if (used.contains(write) || write.invokedAt() > claim.completedAt()) {
        continue;
      }
      if (claim.sawValueOf(write)) {
        seen.add(write);
      } else if (claim.isTouchedBy(write)) {
        touching.add(write);
      } else if (write.deletes()) {
        deleting.add(write); // may let an earlier claim be placed earlier
      }
    }
    seen.addAll(touching);
    seen.addAll(deleting);
    return seen;
  }

  private void insert(Doubt doubt) {
    inserted.add(doubt);
    used.add(doubt.write());
    taken.add(doubt.position());
    timeline.insert(doubt.write(), doubt.position());
  }

  private void remove(Doubt doubt) {
    inserted.remove(inserted.size() - 1);
    used.remove(doubt.write());
    taken.remove(doubt.position());
    timeline.remove(doubt.write(), doubt.position());
  }

  /* The last position there is. */
  private long end() {
    return order.commits().size() * Timeline.STEP + Timeline.STEP - 1;
  }

  /* The last position below this one that a write occupies, known or doubtful; 0: none. */
  private long neighbourBelow(long position) {
    long commit = (position - 1) / Timeline.STEP * Timeline.STEP;
    Long doubt = taken.lower(position);
    return doubt == null ? commit : Math.max(commit, doubt);
  }
}
