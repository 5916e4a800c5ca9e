// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.apply;

import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.bench.jmh.Folders;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One writer on one store; an operation is one entry. The package says what it shows. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class ApplyMutationsRaft {

  /** Names the folder in which the store is made: it decides which disk is measured. */
  static final String DIR_PROPERTY = "kvorum.bench.dir";

  static final int GROUP_ENTRIES = 64;

  private static final int KEY_BYTES = 24;
  private static final int VALUE_BYTES = 64;

  /** What the raft family obeys. */
  @Param({"SYNC", "NOSYNC", "NOWAL"})
  public SyncMode mode;

  private Path dir;
  private MvccStore store;
  private SplittableRandom random;
  private long lastTs;

  /** A fresh store for each fork. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    dir = Files.createTempDirectory(Path.of(System.getProperty(DIR_PROPERTY, ".")), "store-");
    store = RocksMvccStore.open(dir, StoreOptions.defaults().withFsmSyncMode(mode));
    random = new SplittableRandom(1);
    lastTs = 0;
  }

  /** Deletes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    Folders.delete(dir);
  }

  /** One entry, one write, one position. */
  @Benchmark
  public void single() {
    long ts = ++lastTs;
    store.applyMutationsRaft(position(ts), List.of(freshPut()), List.of(), ts - 1, ts);
  }

  /** A group of entries, one write, one position, as the state machine's apply thread does it. */
  @Benchmark
  @OperationsPerInvocation(GROUP_ENTRIES)
  public void grouped() {
    try (RaftBatch batch = store.openRaftBatch()) {
      for (int i = 0; i < GROUP_ENTRIES; i++) {
        long ts = ++lastTs;
        batch.applyMutationsRaft(List.of(freshPut()), List.of(), ts - 1, ts);
      }
      batch.commit(position(lastTs));
    }
  }

  /** The direct family, fsynced whatever the mode is. */
  @Benchmark
  public void direct() {
    Mutation.Put put = freshPut();
    store.putAt(put.key(), put.value(), ++lastTs, 0);
  }

  private static LogPosition position(long ts) {
    return new LogPosition(1, ts);
  }

  private Mutation.Put freshPut() {
    byte[] key = new byte[KEY_BYTES];
    ByteBuffer.wrap(key).putLong(random.nextLong()).putLong(random.nextLong()).putLong(lastTs);
    byte[] value = new byte[VALUE_BYTES];
    random.nextBytes(value);
    return new Mutation.Put(key, value, 0);
  }
}
