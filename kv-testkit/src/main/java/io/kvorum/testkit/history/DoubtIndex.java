// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the doubtful writes could have changed, and from when on. */
final class DoubtIndex {

  private final NavigableMap<String, Long> changedSince = new TreeMap<>();
  private final Map<Effect.Put, Long> writtenSince = new HashMap<>();

  /**
   * @param keys every key of the history
   */
  DoubtIndex(List<Operation> doubtful, Set<String> keys) {
    for (Operation op : doubtful) {
      for (Effect effect : op.effects()) {
        if (effect instanceof Effect.Put put) {
          changedSince.merge(put.key(), op.invokedAt(), Math::min);
          writtenSince.merge(put, op.invokedAt(), Math::min);
        } else if (effect instanceof Effect.Delete delete) {
          changedSince.merge(delete.key(), op.invokedAt(), Math::min);
        } else {
          keys.stream()
              .filter(effect::touches)
              .forEach(key -> changedSince.merge(key, op.invokedAt(), Math::min));
        }
      }
    }
  }

  /** Whether a doubtful write may have changed what was seen. */
  boolean touches(Claim claim) {
    for (Observation seen : claim.observations()) {
      if (seen instanceof Observation.Point point) {
        if (before(changedSince.get(point.key()), claim)) {
          return true;
        }
      } else {
        for (Map.Entry<String, Long> change : changedSince.entrySet()) {
          if (seen.covers(change.getKey()) && before(change.getValue(), claim)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether a doubtful write may have left this value there for the claim to see. */
  boolean wrote(String key, String value, Claim claim) {
    return before(writtenSince.get(new Effect.Put(key, value)), claim);
  }

  private static boolean before(@Nullable Long since, Claim claim) {
    return since != null && since <= claim.completedAt();
  }
}
