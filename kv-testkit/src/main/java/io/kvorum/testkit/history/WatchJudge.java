// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares a watch with the commits it should have delivered: each that changes something in its
 * range, once, in order, whole, and not before it was called. A commit that changes nothing (it
 * deletes what does not exist) may be left out.
 */
final class WatchJudge {

  private final WatchRun watch;
  private final CommitOrder order;
  private final Timeline timeline;

  WatchJudge(WatchRun watch, CommitOrder order, Timeline timeline) {
    this.watch = watch;
    this.order = order;
    this.timeline = timeline;
  }

  /** What is wrong with it; null: nothing. */
  @Nullable Verdict violation() {
    Verdict disorder = disorder();
    if (disorder != null) {
      return disorder;
    }
    int next = 0;
    List<Operation> commits = order.commits();
    while (next < commits.size() && commits.get(next).commitTs() <= watch.afterTs()) {
      next++;
    }
    for (WatchRun.Event event : watch.events()) {
      Verdict gap = gap(next, event.commitTs() - 1);
      if (gap != null) {
        return gap;
      }
      while (next < commits.size() && commits.get(next).commitTs() < event.commitTs()) {
        next++;
      }
      if (next == commits.size() || commits.get(next).commitTs() != event.commitTs()) {
        return broken("delivers commit " + event.commitTs() + ", which nobody made", null);
      }
      Operation commit = commits.get(next);
      long position = order.position(next) - 1;
      if (!changes(event.effects(), position).equals(changes(commit.effects(), position))) {
        return broken("delivers commit " + event.commitTs() + " with other changes", commit);
      } else if (event.arrivedAt() < commit.invokedAt()) {
        return broken("delivers commit " + event.commitTs() + " before it was called", commit);
      }
      next++;
    }
    return gap(next, watch.completeThrough());
  }

  private @Nullable Verdict disorder() {
    long last = watch.afterTs();
    for (WatchRun.Event event : watch.events()) {
      if (event.commitTs() <= last) {
        return broken(
            (event.commitTs() == last ? "repeats commit " : "goes back to commit ")
                + event.commitTs()
                + " after commit "
                + last,
            order.commitAt(order.positionOf(event.commitTs())));
      }
      last = event.commitTs();
    }
    return null;
  }

  /* The first commit from an index on, up to a timestamp, that should have been delivered. */
  private @Nullable Verdict gap(int from, long throughTs) {
    List<Operation> commits = order.commits();
    for (int i = from; i < commits.size() && commits.get(i).commitTs() <= throughTs; i++) {
      long position = order.position(i) - 1;
      if (matters(changes(commits.get(i).effects(), position), position)) {
        return broken("leaves out commit " + commits.get(i).commitTs(), commits.get(i));
      }
    }
    return null;
  }

  private Verdict broken(String how, @Nullable Operation commit) {
    String range =
        (watch.start() == null ? "the first key" : watch.start())
            + " to "
            + (watch.end() == null ? "the last key" : watch.end());
    return new Verdict.Violation(
        watch.client() + "'s watch of " + range + " after " + watch.afterTs() + " " + how,
        commit == null ? List.of() : List.of(commit));
  }

  /* The changes in the range by key, absent for deleted; a prefix delete spelled out. */
  private Map<String, Change> changes(List<Effect> effects, long before) {
    Map<String, Change> changes = new TreeMap<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Put put) {
        changes.put(put.key(), new Change(put.value()));
      } else if (effect instanceof Effect.Delete delete) {
        changes.put(delete.key(), new Change(null));
      } else {
        String prefix = ((Effect.DeletePrefix) effect).prefix();
        timeline.within(watch.start(), watch.end()).keySet().stream()
            .filter(key -> key.startsWith(prefix) && timeline.valueAt(key, before) != null)
            .forEach(key -> changes.put(key, new Change(null)));
        changes.keySet().stream()
            .filter(key -> key.startsWith(prefix))
            .toList()
            .forEach(key -> changes.put(key, new Change(null)));
      }
    }
    changes.keySet().removeIf(key -> !watch.covers(key));
    return changes;
  }

  private record Change(@Nullable String value) {}

  private boolean matters(Map<String, Change> changes, long before) {
    return changes.entrySet().stream()
        .anyMatch(
            change ->
                change.getValue().value() != null
                    || timeline.valueAt(change.getKey(), before) != null);
  }
}
