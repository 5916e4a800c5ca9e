// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Judges histories; the package says what is judged. With commit timestamps the cost is that of
 * sorting, plus, for each read, the versions and keys it could have seen while it ran. Calls with
 * an unknown outcome that were seen by somebody need a search; it is bounded, and the verdict then
 * is {@link Verdict.Undecided}.
 *
 * <pre>{@code
 * HistoryRecorder recorder = new HistoryRecorder();
 * RecordingKv client = new RecordingKv(recorder, "c1", () -> BasicKv.of(cluster.awaitKv()));
 * client.put(key, value); // and so on, from several clients, while replicas are stopped
 * client.get(key);
 * History history = recorder.history();
 * HistoryFile.write(history, file); // HistoryFile.read gives it back
 * Verdict verdict = HistoryChecker.check(history);
 * verdict.orThrow();
 * }</pre>
 */
public final class HistoryChecker {

  /*
   * The steps, cheapest first, each sound on its own:
   *
   *   1. watches tell the timestamps of calls whose outcome was unknown;
   *   2. the commits are in an order that real time allows;
   *   3. the watches are that order;
   *   4. each claim alone, with every doubtful write that could explain it;
   *   5. the claims that no doubtful write touches, together, greedily;
   *   6. all claims and doubtful writes together.
   *
   * Steps 4 and 5 only exist so that a violation is found for certain, and named, where the search
   * of step 6 might get lost.
   */

  private final List<Operation> operations;
  private final List<WatchRun> watches;
  private final Set<String> keys;
  private final CommitOrder order;
  private final Timeline timeline;
  private final Words words;

  private HistoryChecker(History history) {
    operations = DoubtResolution.of(history);
    watches = history.watches();
    order = new CommitOrder(operations.stream().filter(Operation::isCommitted).toList());
    keys = keys(history);
    timeline = new Timeline(keys);
    for (int i = 0; i < order.commits().size(); i++) {
      timeline.insert(order.commits().get(i), order.position(i));
    }
    words = new Words(operations, timeline, order);
  }

  /**
   * Judges a history.
   *
   * @throws IllegalArgumentException if it has no timestamps and uses what cannot be judged without
   *     them
   */
  public static Verdict check(History history) {
    boolean witnessed =
        history.operations().stream()
            .filter(op -> op.outcome() == Outcome.OK && !op.effects().isEmpty())
            .allMatch(op -> op.commitTs() != Operation.NO_TIMESTAMP);
    return witnessed ? new HistoryChecker(history).check() : LinearizationSearch.check(history);
  }

  private Verdict check() {
    Verdict disorder = order.violation();
    if (disorder != null) {
      return disorder;
    }
    for (WatchRun watch : watches) {
      Verdict broken = new WatchJudge(watch, order, timeline).violation();
      if (broken != null) {
        return broken;
      }
    }
    List<Operation> doubtful = operations.stream().filter(Operation::isDoubtful).toList();
    DoubtIndex doubts = new DoubtIndex(doubtful, keys);
    List<Claim> claims = Claim.of(operations, order);
    List<Claim> untouched = new ArrayList<>();
    for (Claim claim : claims) {
      if (!doubts.touches(claim)) {
        untouched.add(claim);
      } else if (!explicable(claim, doubts)) {
        return words.of(claim, null);
      }
    }
    Placement.Result certain = new Placement(untouched, List.of(), timeline, order).search();
    if (certain.stuck() != null) {
      return words.of(certain.stuck(), certain.earlier());
    }
    return conclude(new Placement(claims, doubtful, timeline, order).search());
  }

  private Verdict conclude(Placement.Result result) {
    Claim stuck = result.stuck();
    if (stuck != null && result.decided()) {
      return words.of(stuck, result.earlier());
    } else if (!result.decided()) {
      return new Verdict.Undecided(
          "too many calls with an unknown outcome; the search got furthest with "
              + (stuck == null ? "all reads placed" : words.of(stuck, result.earlier())));
    }
    return new Verdict.Valid(operations.size() + watches.size());
  }

  /* Whether each value that was seen has some write it can come from. */
  private boolean explicable(Claim claim, DoubtIndex doubts) {
    for (Observation seen : claim.observations()) {
      if (seen instanceof Observation.Point point) {
        String value = point.value();
        if (value != null && !explicable(point.key(), value, claim, doubts)) {
          return false;
        }
      } else {
        for (Observation.Entry entry : ((Observation.Range) seen).entries()) {
          if (!explicable(entry.key(), entry.value(), claim, doubts)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean explicable(String key, String value, Claim claim, DoubtIndex doubts) {
    return timeline.firstMatch(
                List.of(new Observation.Point(key, value)), claim.low(), claim.high())
            >= 0
        || doubts.wrote(key, value, claim);
  }

  private static Set<String> keys(History history) {
    Set<String> keys =
        history.operations().stream()
            .flatMap(Operation::keys)
            .collect(Collectors.toCollection(TreeSet::new));
    for (WatchRun watch : history.watches()) {
      for (WatchRun.Event event : watch.events()) {
        event.effects().forEach(effect -> addKey(effect, keys));
      }
    }
    return keys;
  }

  private static void addKey(Effect effect, Set<String> keys) {
    if (effect instanceof Effect.Put put) {
      keys.add(put.key());
    } else if (effect instanceof Effect.Delete delete) {
      keys.add(delete.key());
    }
  }
}
