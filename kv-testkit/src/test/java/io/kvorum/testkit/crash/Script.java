// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a store child does, made from a seed, so that child and judge agree without talking. Direct
 * writes use keys that begin with d, log entries keys that begin with r.
 *
 * @param steps in order; the child acknowledges each
 */
record Script(List<Step> steps) {

  private static final int KEYS = 40;
  private static final int STRETCH = 50;

  /** One call on the store. */
  sealed interface Step {}

  /** A direct write at a timestamp: one write by itself, or several through applyMutations. */
  record Direct(List<Write> writes, long ts) implements Step {}

  /** Log entries from {@code firstIndex} on, one timestamp each from {@code firstTs} on. */
  record Group(List<List<Write>> entries, long firstIndex, long firstTs) implements Step {}

  /** A compaction up to a timestamp. */
  record Compact(long ts) implements Step {}

  /** A checkpoint, which makes the applied position durable. */
  record Checkpoint() implements Step {}

  enum Kind {
    PUT,
    DELETE,
    DELETE_PREFIX
  }

  /** One change; the value is empty but for PUT. */
  record Write(Kind kind, String key, String value) {}

  static Script of(long seed, int count) {
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    long ts = 1;
    long index = 1;
    for (int i = 0; i < count; i++) {
      // In stretches without direct writes nothing is synced, so that a lot can be lost.
      boolean raftOnly = i / STRETCH % 2 == 1;
      int dice = random.nextInt(100);
      if (dice < 40 && !raftOnly) {
        boolean prefix = random.nextInt(12) == 0;
        int n = 1 + random.nextInt(2) * random.nextInt(5);
        steps.add(new Direct(prefix ? List.of(prefix("d", random)) : writes("d", n, random), ts++));
      } else if (dice < 97) {
        List<List<Write>> entries = new ArrayList<>();
        int n = 1 + random.nextInt(6);
        for (int e = 0; e < n; e++) {
          boolean prefix = random.nextInt(25) == 0;
          entries.add(prefix ? List.of(prefix("r", random)) : writes("r", 1 + e % 3, random));
        }
        steps.add(new Group(entries, index, ts));
        index += n;
        ts += n;
      } else {
        steps.add(dice == 97 ? new Compact(Math.max(1, ts - 50)) : new Checkpoint());
      }
    }
    return new Script(steps);
  }

  /** The content after the first {@code count} direct writes. */
  Map<String, String> directAfter(int count) {
    Map<String, String> content = new TreeMap<>();
    int left = count;
    for (Step step : steps) {
      if (step instanceof Direct direct && left-- > 0) {
        direct.writes().forEach(w -> apply(w, content));
      }
    }
    return content;
  }

  /** The content after the log entries up to and including an index. */
  Map<String, String> replicatedAfter(long index) {
    Map<String, String> content = new TreeMap<>();
    for (Step step : steps) {
      if (step instanceof Group group) {
        for (int i = 0; i < group.entries().size() && group.firstIndex() + i <= index; i++) {
          group.entries().get(i).forEach(w -> apply(w, content));
        }
      }
    }
    return content;
  }

  private static void apply(Write write, Map<String, String> content) {
    switch (write.kind()) {
      case PUT -> content.put(write.key(), write.value());
      case DELETE -> content.remove(write.key());
      case DELETE_PREFIX -> content.keySet().removeIf(k -> k.startsWith(write.key()));
    }
  }

  private static Write prefix(String family, Random random) {
    return new Write(Kind.DELETE_PREFIX, family + random.nextInt(4), "");
  }

  private static List<Write> writes(String family, int count, Random random) {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = family + random.nextInt(KEYS);
      String value = Long.toHexString(random.nextLong()).repeat(random.nextInt(60));
      boolean delete = random.nextInt(6) == 0;
      writes.add(new Write(delete ? Kind.DELETE : Kind.PUT, key, delete ? "" : value));
    }
    return writes;
  }
}
