// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.bounds;

import io.kvorum.api.Cancellation;
import io.kvorum.api.KeyRange;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Runs every operation that touches all of a store, on a store much larger than this JVM's heap:
 * folder, number of keys, and {@code control} to read the whole store as one list instead.
 */
final class ManyKeysChild {

  private static final int BATCH = 1_000;
  private static final int VALUE_BYTES = 128;
  private static final byte[] ALL = {};

  private final Path folder;
  private final int keys;
  private long ts;

  private ManyKeysChild(Path folder, int keys) {
    this.folder = folder;
    this.keys = keys;
  }

  public static void main(String[] args) throws IOException {
    ManyKeysChild child = new ManyKeysChild(Path.of(args[0]), Integer.parseInt(args[1]));
    if (args.length > 2) {
      child.control();
    } else {
      child.run();
    }
  }

  private MvccStore open() {
    return RocksMvccStore.open(
        folder.resolve("store"), StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC));
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void timed(String what, Action action) throws IOException {
    long start = System.nanoTime();
    action.run();
    System.out.printf(
        Locale.ROOT, "%-45s %,9d ms%n", what, (System.nanoTime() - start) / 1_000_000);
  }

  private void control() throws IOException {
    try (MvccStore store = open()) {
      fill(store);
      int read = store.scanAt(KeyRange.all(), Integer.MAX_VALUE, MvccStore.LATEST).size();
      System.out.println("all of the store fits into this heap: " + read);
    }
  }

  private void run() throws IOException {
    Path stream = folder.resolve("snapshot");
    try (MvccStore store = open()) {
      timed("write", () -> fill(store));
      timed("compact, nothing to collect", () -> store.compact(ts, Cancellation.NEVER));
      timed("walk over all keys", () -> expect(keys, store));
      timed("snapshot", () -> write(store, stream));
    }
    try (MvccStore store = open()) {
      timed("compact, nothing to collect, reopened", () -> store.compact(++ts, Cancellation.NEVER));
      timed("prefix delete", () -> store.deletePrefixAt(ALL, null, ++ts));
      expect(0, store);
      timed("compact, everything to collect", () -> store.compact(ts, Cancellation.NEVER));
      timed("restore", () -> restore(store, stream));
      expect(keys, store);
    }
  }

  private void fill(MvccStore store) {
    SplittableRandom random = new SplittableRandom(1);
    for (int first = 0; first < keys; first += BATCH) {
      List<Mutation> puts = new ArrayList<>(BATCH);
      for (int number = first; number < Math.min(keys, first + BATCH); number++) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        byte[] key = ByteBuffer.allocate(16).putLong(random.nextLong()).putLong(number).array();
        puts.add(Mutation.put(key, value));
      }
      ts++;
      try (RaftBatch batch = store.openRaftBatch()) {
        batch.applyMutationsRaft(puts, List.of(), ts - 1, ts);
        batch.commit(new LogPosition(1, ts));
      }
    }
  }

  private static void expect(int expected, MvccStore store) {
    int found = 0;
    try (MvccCursor cursor = store.openCursor(KeyRange.all(), MvccStore.LATEST, false)) {
      while (cursor.next()) {
        found++;
      }
    }
    if (found != expected) {
      throw new IllegalStateException(found + " keys are visible, expected " + expected);
    }
  }

  private static void write(MvccStore store, Path stream) throws IOException {
    try (MvccSnapshot snapshot = store.snapshot();
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(stream))) {
      snapshot.writeTo(out);
    }
  }

  private static void restore(MvccStore store, Path stream) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(stream))) {
      store.restore(in);
    }
  }
}
