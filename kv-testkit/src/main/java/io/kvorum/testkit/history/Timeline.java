// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a store would hold at every moment if the writes happened in a given order. Moments are
 * positions: the n-th commit, counted from 1, is at {@code n * STEP}, and the gaps between are for
 * writes whose timestamp is not known. At 0 the store is empty.
 */
final class Timeline {

  /** The distance of two commits. */
  static final long STEP = 1L << 32;

  /**
   * What a write left at a key.
   *
   * @param value null: it deleted the key
   */
  record Version(@Nullable String value, Operation writer) {}

  private final NavigableMap<String, NavigableMap<Long, Version>> versions = new TreeMap<>();

  /**
   * @param keys every key that the history names: a prefix delete is spelled out over them
   */
  Timeline(Collection<String> keys) {
    keys.forEach(key -> versions.put(key, new TreeMap<>()));
  }

  /** Puts a write's changes at a position, over which nothing else is. */
  void insert(Operation write, long position) {
    for (Effect effect : write.effects()) {
      if (effect instanceof Effect.Put put) {
        versionsOf(put.key()).put(position, new Version(put.value(), write));
      } else if (effect instanceof Effect.Delete delete) {
        versionsOf(delete.key()).put(position, new Version(null, write));
      } else {
        Effect.DeletePrefix prefix = (Effect.DeletePrefix) effect;
        Version tombstone = new Version(null, write);
        withPrefix(prefix.prefix()).forEach((key, ofKey) -> ofKey.put(position, tombstone));
      }
    }
  }

  /** Takes back an {@link #insert}. */
  void remove(Operation write, long position) {
    for (Effect effect : write.effects()) {
      if (effect instanceof Effect.Put put) {
        versionsOf(put.key()).remove(position);
      } else if (effect instanceof Effect.Delete delete) {
        versionsOf(delete.key()).remove(position);
      } else {
        Effect.DeletePrefix prefix = (Effect.DeletePrefix) effect;
        withPrefix(prefix.prefix()).forEach((key, ofKey) -> ofKey.remove(position));
      }
    }
  }

  /** The newest version of the key at a position, a deletion included; null: none yet. */
  @Nullable Version at(String key, long position) {
    NavigableMap<Long, Version> ofKey = versions.get(key);
    var entry = ofKey == null ? null : ofKey.floorEntry(position);
    return entry == null ? null : entry.getValue();
  }

  /** The value of the key at a position; null: there is none. */
  @Nullable String valueAt(String key, long position) {
    Version version = at(key, position);
    return version == null ? null : version.value();
  }

  /** All versions of a key by their position. */
  NavigableMap<Long, Version> versions(String key) {
    NavigableMap<Long, Version> ofKey = versions.get(key);
    return ofKey == null
        ? Collections.emptyNavigableMap()
        : Collections.unmodifiableNavigableMap(ofKey);
  }

  /** What a scan of the range would return at a position. */
  List<Observation.Entry> scanAt(Observation.Range range, long position) {
    List<Observation.Entry> found = new ArrayList<>();
    NavigableMap<String, NavigableMap<Long, Version>> keys = within(range.start(), range.end());
    for (var key : (range.descending() ? keys.descendingMap() : keys).entrySet()) {
      if (found.size() == range.limit()) {
        break;
      }
      var entry = key.getValue().floorEntry(position);
      String value = entry == null ? null : entry.getValue().value();
      if (value != null) {
        found.add(new Observation.Entry(key.getKey(), value));
      }
    }
    return found;
  }

  /** The first position in {@code [low, high]} at which all of this could be seen; -1: none. */
  long firstMatch(List<Observation> observations, long low, long high) {
    if (low > high) {
      return -1;
    }
    if (matches(observations, low)) {
      return low;
    }
    for (long change : changes(observations, low, high)) {
      if (matches(observations, change)) {
        return change;
      }
    }
    return -1;
  }

  /** Whether all of this could be seen at the position. */
  boolean matches(List<Observation> observations, long position) {
    for (Observation seen : observations) {
      if (seen instanceof Observation.Point point) {
        if (!Objects.equals(point.value(), valueAt(point.key(), position))) {
          return false;
        }
      } else {
        Observation.Range range = (Observation.Range) seen;
        if (!range.entries().equals(scanAt(range, position))) {
          return false;
        }
      }
    }
    return true;
  }

  private Collection<Long> changes(List<Observation> observations, long low, long high) {
    if (observations.size() == 1 && observations.get(0) instanceof Observation.Point point) {
      return versions(point.key()).subMap(low, false, high, true).keySet();
    }
    TreeSet<Long> changes = new TreeSet<>();
    for (Observation seen : observations) {
      if (seen instanceof Observation.Point point) {
        changes.addAll(versions(point.key()).subMap(low, false, high, true).keySet());
      } else {
        Observation.Range range = (Observation.Range) seen;
        for (NavigableMap<Long, Version> ofKey : within(range.start(), range.end()).values()) {
          changes.addAll(ofKey.subMap(low, false, high, true).keySet());
        }
      }
    }
    return changes;
  }

  /** The known keys of a range. */
  NavigableMap<String, NavigableMap<Long, Version>> within(
      @Nullable String start, @Nullable String end) {
    if (start != null && end != null && start.compareTo(end) >= 0) {
      return Collections.emptyNavigableMap();
    }
    NavigableMap<String, NavigableMap<Long, Version>> keys =
        start == null ? versions : versions.tailMap(start, true);
    return end == null ? keys : keys.headMap(end, false);
  }

  private NavigableMap<String, NavigableMap<Long, Version>> withPrefix(String prefix) {
    // No key has a char above 255, so this is behind the last one with the prefix.
    return versions.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
  }

  private NavigableMap<Long, Version> versionsOf(String key) {
    NavigableMap<Long, Version> ofKey = versions.get(key);
    if (ofKey == null) {
      throw new IllegalArgumentException("unknown key " + key);
    }
    return ofKey;
  }
}
