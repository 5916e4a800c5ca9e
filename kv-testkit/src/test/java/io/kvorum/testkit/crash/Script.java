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
  private static final int MAINTENANCE_EVERY = 13;

  /** One call on the store. */
  sealed interface Step {}

  /** A direct write at a timestamp: one write by itself, or several through applyMutations. */
  record Direct(List<Write> writes, long ts) implements Step {}

  /** Log entries from {@code firstIndex} on, one timestamp each from {@code firstTs} on. */
  record Group(List<List<Write>> entries, long firstIndex, long firstTs) implements Step {}

  /** Old versions are deleted, up to a timestamp. */
  record Collect(long ts) implements Step {}

  /** A checkpoint, which makes the applied position durable; the child tells which. */
  record Checkpoint() implements Step {}

  /** The checkpoint of the step before takes the place of the content, which is the same. */
  record Install() implements Step {}

  /** A snapshot of the content takes its place. */
  record Restore() implements Step {}

  /** RocksDB writes its memtable to a file. */
  record Flush() implements Step {}

  /** RocksDB merges its files. */
  record CompactFiles() implements Step {}

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
      if (i % MAINTENANCE_EVERY == MAINTENANCE_EVERY - 1) {
        steps.addAll(maintenance(i / MAINTENANCE_EVERY, ts));
      } else if (random.nextInt(100) < 40 && !raftOnly) {
        boolean prefix = random.nextInt(12) == 0;
        int n = 1 + random.nextInt(2) * random.nextInt(5);
        steps.add(new Direct(prefix ? List.of(prefix("d", random)) : writes("d", n, random), ts++));
      } else {
        List<List<Write>> entries = new ArrayList<>();
        int n = 1 + random.nextInt(6);
        for (int e = 0; e < n; e++) {
          boolean prefix = random.nextInt(25) == 0;
          entries.add(prefix ? List.of(prefix("r", random)) : writes("r", 1 + e % 3, random));
        }
        steps.add(new Group(entries, index, ts));
        index += n;
        ts += n;
      }
    }
    return new Script(steps);
  }

  private static List<Step> maintenance(int number, long ts) {
    return switch (number % 5) {
      case 0 -> List.of(new Checkpoint());
      case 1 -> List.of(new Flush(), new CompactFiles());
      case 2 -> List.of(new Collect(Math.max(1, ts - 20)));
      case 3 -> List.of(new Restore());
      default -> List.of(new Checkpoint(), new Install());
    };
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

  /** The index of the last entry of the first {@code groups} groups; 0 when there is none. */
  long lastIndexOfGroup(int groups) {
    long index = 0;
    int left = groups;
    for (Step step : steps) {
      if (step instanceof Group group && left-- > 0) {
        index = group.firstIndex() + group.entries().size() - 1;
      }
    }
    return index;
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
