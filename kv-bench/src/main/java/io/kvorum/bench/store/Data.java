// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.bench.jmh.Folders;
import io.kvorum.bench.store.raw.RawDatabase;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * The data that is measured: made once by the command, then opened by one JVM after the other.
 * Every version of every key is one put; a group of keys shares a commit timestamp.
 */
public enum Data {
  /** The data of the issue: all keys, three versions each. */
  WIDE(1, 3),
  /** Few enough keys that {@link #DEEP} fits into memory, with the same history as WIDE. */
  NARROW(20, 3),
  /** The keys of {@link #NARROW}, with 100 old versions each. */
  DEEP(20, 101);

  /** Names the folder that holds the stores. */
  static final String DIR_PROPERTY = "kvorum.bench.store.dir";

  /** Names the number of keys of {@link #WIDE}. */
  static final String KEYS_PROPERTY = "kvorum.bench.store.keys";

  private static final int GROUP = 1_000;
  private static final int FEWEST_KEYS = 2_000; // a scan of 1,000 starts in the first half

  private final int part;
  final int versions;

  Data(int part, int versions) {
    this.part = part;
    this.versions = versions;
  }

  /** How many keys it has. */
  int keys() {
    return Math.max(FEWEST_KEYS, Integer.getInteger(KEYS_PROPERTY, 1_000_000) / part);
  }

  /** A timestamp at which the newest version of no key can be seen, but an older one of each. */
  long oldTs() {
    return (long) groups() * (versions - 1);
  }

  private int groups() {
    return (keys() + GROUP - 1) / GROUP;
  }

  private static Path folder() {
    return Path.of(System.getProperty(DIR_PROPERTY, "."));
  }

  /** Where the store is. */
  Path dir() {
    return folder().resolve(name());
  }

  /** Enough that everything stays in the cache. */
  private long memoryBytes() {
    long bytes = (long) keys() * versions * 256;
    return Math.max(256L << 20, 2 * bytes);
  }

  private StoreOptions options() {
    return StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC).withMemoryBudget(memoryBytes());
  }

  /** Makes the store. */
  void build() throws IOException {
    try (MvccStore store = RocksMvccStore.open(dir(), options())) {
      long ts = 0;
      for (int version = 0; version < versions; version++) {
        for (int first = 0; first < keys(); first += GROUP) {
          ts++;
          try (RaftBatch batch = store.openRaftBatch()) {
            batch.applyMutationsRaft(
                Entries.puts(first, Math.min(GROUP, keys() - first), ts),
                Entries.NO_READS,
                ts - 1,
                ts);
            batch.commit(new LogPosition(1, ts));
          }
        }
      }
    }
    try (RawDatabase raw = RawDatabase.open(dir(), options())) {
      raw.settle();
    }
  }

  /** Opens the store in this folder, everything in the cache. */
  MvccStore openStore(Path dir) {
    MvccStore store = RocksMvccStore.open(dir, options());
    try (MvccSnapshot all = store.snapshot()) {
      all.writeTo(OutputStream.nullOutputStream());
    }
    return store;
  }

  /** Opens the store's database in this folder, everything in the cache. */
  RawDatabase openRaw(Path dir) throws IOException {
    RawDatabase raw = RawDatabase.open(dir, options());
    raw.scan(new byte[0], new byte[] {(byte) 0xFF}, Integer.MAX_VALUE, (key, value) -> {});
    return raw;
  }

  /** A copy that may be written to. */
  Path copy() throws IOException {
    Path copy = folder().resolve("copy-" + System.nanoTime());
    Folders.copy(dir(), copy);
    return copy;
  }

  /** Deletes a copy, which is closed. */
  static void delete(Path copy) throws IOException {
    Folders.delete(copy);
  }
}
