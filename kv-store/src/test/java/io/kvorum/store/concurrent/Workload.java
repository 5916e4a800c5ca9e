// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.StoreOptions;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of a run do, one step at a time, on one store. Commits are made one after the
 * other, in the order of their timestamps.
 */
final class Workload {

  /** How far compaction stays behind: readers of a fixed timestamp outlive it at times. */
  private static final int RETAINED = 8;

  private final CheckpointableStore store;
  private final Object commits = new Object();
  private long clock; // guarded by commits

  Workload(CheckpointableStore store) {
    this.store = store;
  }

  /** Writes or deletes one group, by each of the ways there are. */
  void commit(Random random) {
    int group = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(Groups.COUNT - 1);
    synchronized (commits) {
      long ts = ++clock;
      switch (random.nextInt(5)) {
        case 0 -> store.deletePrefixAt(Groups.prefixBytes(group), null, ts);
        case 1 -> store.applyMutations(Groups.write(group, ts), List.of(), ts - 1, ts);
        case 2 ->
            store.applyMutationsRaft(
                new LogPosition(1, ts), Groups.write(group, ts), List.of(), ts - 1, ts);
        case 3 -> batch(random, group, ts);
        default -> {
          store.deletePrefixAt(Groups.bytes(""), Groups.prefixBytes(group), ts);
        }
      }
    }
  }

  private void batch(Random random, int group, long ts) {
    try (RaftBatch batch = store.openRaftBatch()) {
      batch.deletePrefixAtRaft(Groups.prefixBytes(random.nextInt(Groups.COUNT)), null, ts);
      batch.applyMutationsRaft(Groups.write(group, ts), List.of(), ts, ts);
      batch.commit(new LogPosition(1, ts));
    }
  }

  /** One scan of the newest; no half of a write may show. */
  void scan(Random random) {
    Groups.scanWhole(store, Long.MAX_VALUE, random.nextBoolean());
  }

  /** Reads at one timestamp in all ways: each must give the same, or say that it was compacted. */
  void readRepeatedly(Random random) {
    long ts = store.lastCommitTs();
    try {
      List<KeyValue> first = Groups.scanWhole(store, ts, random.nextBoolean());
      for (int i = 0; i < 3; i++) {
        assertThat(Groups.scanWhole(store, ts, random.nextBoolean())).isEqualTo(first);
        int group = random.nextInt(Groups.COUNT);
        byte[] key = Groups.key(group, random.nextBoolean());
        byte[] expected = valueIn(first, key);
        assertThat(store.getAt(key, ts)).isEqualTo(expected);
        assertThat(store.existsAt(key, ts)).isEqualTo(expected != null);
      }
      assertThat(throughCursor(ts, random.nextBoolean())).isEqualTo(first);
    } catch (ReadTimestampCompactedException e) {
      assertThat(e.oldestReadable()).isGreaterThan(ts);
      assertThat(store.minRetainedTs()).isGreaterThan(ts);
    }
  }

  private static byte @Nullable [] valueIn(List<KeyValue> sorted, byte[] key) {
    for (KeyValue one : sorted) {
      if (Arrays.equals(one.key(), key)) {
        return one.value();
      }
    }
    return null;
  }

  private List<KeyValue> throughCursor(long ts, boolean reverse) {
    List<KeyValue> seen = new ArrayList<>();
    try (MvccCursor cursor = store.openCursor(KeyRange.all(), ts, reverse)) {
      while (cursor.next()) {
        assertThat(cursor.commitTs()).isLessThanOrEqualTo(ts);
        seen.add(new KeyValue(cursor.key(), cursor.value()));
      }
    }
    if (reverse) {
      Collections.reverse(seen);
    }
    return seen;
  }

  /** The newest version of a key, and lastCommitTs, never go back. */
  void watchOneKey(Random random) {
    byte[] key = Groups.key(random.nextInt(Groups.COUNT), random.nextBoolean());
    long last = store.lastCommitTs();
    long before = store.latestCommitTs(key).orElse(-1);
    long after = store.latestCommitTs(key).orElse(-1);
    assertThat(store.lastCommitTs()).isGreaterThanOrEqualTo(last);
    if (store.minRetainedTs() == 0) { // no tombstone has gone yet
      assertThat(after).isGreaterThanOrEqualTo(before);
    }
  }

  void compact() {
    store.compact(Math.max(0, store.lastCommitTs() - RETAINED), () -> false);
  }

  /** A stream is of one moment, and another store takes it. */
  void snapshot() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long last;
    try (MvccSnapshot snapshot = store.snapshot()) {
      last = snapshot.lastCommitTs();
      snapshot.writeTo(out);
    }
    try (InMemoryMvccStore copy = InMemoryMvccStore.create(StoreOptions.defaults())) {
      copy.restore(new ByteArrayInputStream(out.toByteArray()));
      assertThat(copy.lastCommitTs()).isEqualTo(last);
      Groups.scanWhole(copy, Long.MAX_VALUE, false);
    }
  }
}
