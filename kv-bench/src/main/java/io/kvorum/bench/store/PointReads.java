// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.MvccStore;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import java.io.IOException;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reads by one thread of keys at random. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PointReads extends Side {

  private final SplittableRandom random = new SplittableRandom(1);

  @Override
  Data data() {
    return Data.WIDE;
  }

  @Override
  boolean isWritten() {
    return false;
  }

  private byte[] present() {
    return Entries.key(random.nextInt(data().keys()));
  }

  private byte[] absent() {
    return Entries.key(data().keys() + random.nextInt(data().keys()));
  }

  @Benchmark
  public byte @Nullable [] getNewest() {
    return store.getAt(present(), MvccStore.LATEST);
  }

  @Benchmark
  public byte @Nullable [] getNewestRaw() throws IOException {
    return db.get(StoreKeys.newest(present()));
  }

  @Benchmark
  public byte @Nullable [] getOld() {
    return store.getAt(present(), data().oldTs());
  }

  /** The newest version, and the undo record that its link leads to. */
  @Benchmark
  public byte @Nullable [] getOldRaw() throws IOException {
    byte[] newest = Objects.requireNonNull(db.get(StoreKeys.newest(present())));
    UndoRef older = VersionBytes.link(newest).refs().get(0);
    return db.get(StoreKeys.undo(older.dueTs(), older.sequence()));
  }

  @Benchmark
  public byte @Nullable [] getAbsent() {
    return store.getAt(absent(), MvccStore.LATEST);
  }

  @Benchmark
  public byte @Nullable [] getAbsentRaw() throws IOException {
    return db.get(StoreKeys.newest(absent()));
  }
}
