// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A multi-version store in a few lines, right or wrong in one way. One thread. */
final class SimulatedStore {

  record Logged(long at, long commitTs, List<Effect> effects) {}

  private final Flaw flaw;
  private final Random random;
  // Whole states by commit timestamp: dumb, and therefore right.
  private final TreeMap<Long, NavigableMap<String, String>> states = new TreeMap<>();
  private final TreeMap<Long, Long> newestAt = new TreeMap<>();
  private final List<Logged> log = new ArrayList<>();
  private final TreeMap<String, String> dirty = new TreeMap<>();
  private long lastTs;

  SimulatedStore(Flaw flaw, Random random) {
    this.flaw = flaw;
    this.random = random;
    states.put(0L, new TreeMap<>());
  }

  boolean strikes() {
    return random.nextInt(4) == 0;
  }

  /** Applies the effects at the moment {@code now}; the commit timestamp. */
  long commit(List<Effect> effects, long now) {
    long ts = lastTs + 1 + random.nextInt(5);
    if (flaw == Flaw.TIME_GOES_BACK && strikes() && lastTs > 20) {
      ts = lastTs - 1 - random.nextInt(15);
      while (states.containsKey(ts)) {
        ts--;
      }
    } else {
      lastTs = ts;
    }
    log.add(new Logged(now, ts, effects));
    if (flaw == Flaw.LOST_WRITE && random.nextInt(20) == 0) {
      return ts;
    }
    apply(ts, effects);
    newestAt.put(now, lastTs);
    if (flaw == Flaw.DUPLICATE_APPLY && log.size() > 3 && strikes()) {
      lastTs++;
      apply(lastTs, log.get(log.size() - 3).effects());
    }
    return ts;
  }

  private void apply(long ts, List<Effect> effects) {
    NavigableMap<String, String> state = new TreeMap<>(states.floorEntry(ts).getValue());
    for (Effect effect : effects) {
      if (effect instanceof Effect.Put put) {
        state.put(put.key(), put.value());
      } else {
        state.keySet().removeIf(effect::touches);
      }
    }
    states.put(ts, state);
  }

  void aboutToWrite(List<Effect> effects) {
    for (Effect effect : effects) {
      if (flaw == Flaw.DIRTY_READ && effect instanceof Effect.Put put) {
        dirty.put(put.key(), put.value());
      }
    }
  }

  void noLongerAboutToWrite(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Put put) {
        dirty.remove(put.key());
      }
    }
  }

  long lastTs() {
    return lastTs;
  }

  /** The newest timestamp at an earlier moment. */
  long lastTsAt(long moment) {
    var entry = newestAt.floorEntry(moment);
    return entry == null ? 0 : entry.getValue();
  }

  List<Logged> log() {
    return log;
  }

  @Nullable String get(String key, long ts) {
    String uncommitted = dirty.get(key);
    return uncommitted != null ? uncommitted : states.floorEntry(ts).getValue().get(key);
  }

  Observation.Range scan(
      @Nullable String start, @Nullable String end, int limit, boolean descending, long ts) {
    Observation.Range all = new Observation.Range(start, end, limit, descending, List.of());
    NavigableMap<String, String> state = states.floorEntry(ts).getValue();
    List<Observation.Entry> entries =
        (descending ? state.descendingMap() : state)
            .entrySet().stream()
                .filter(entry -> all.covers(entry.getKey()))
                .limit(limit)
                .map(entry -> new Observation.Entry(entry.getKey(), entry.getValue()))
                .toList();
    return new Observation.Range(start, end, limit, descending, entries);
  }

  /** Whether a transaction that began at {@code startTs} may commit. */
  boolean validates(long startTs, List<Observation> observations, List<Effect> effects) {
    if (flaw == Flaw.LOST_UPDATE) {
      return true;
    }
    for (Logged commit : log) {
      if (commit.commitTs() > startTs) {
        for (Effect effect : commit.effects()) {
          if (conflicts(effect, observations, effects)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean conflicts(Effect theirs, List<Observation> reads, List<Effect> writes) {
    for (String key : SimulatedRun.KEYS) {
      if (theirs.touches(key)) {
        boolean written = writes.stream().anyMatch(effect -> effect.touches(key));
        boolean read =
            reads.stream()
                .filter(seen -> flaw != Flaw.PHANTOM || seen instanceof Observation.Point)
                .anyMatch(seen -> seen.covers(key));
        if (written || (read && flaw != Flaw.WRITE_SKEW)) {
          return true;
        }
      }
    }
    return false;
  }
}
