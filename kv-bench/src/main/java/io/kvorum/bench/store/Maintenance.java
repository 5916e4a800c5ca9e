// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.Cancellation;
import io.kvorum.api.Mutation;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords;
import io.kvorum.store.codec.VersionBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Prefix deletes and compactions of what was written just before, by one call for {@value #KEYS}
 * keys. An operation is one key, or, where nothing is to be collected, one call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Maintenance extends Side {

  static final int KEYS = 10_000;

  private static final int BATCH = 1_000;

  private long rounds;

  @Override
  Data data() {
    return Data.NARROW;
  }

  @Override
  boolean isWritten() {
    return true;
  }

  /** Collects what the data begins with. */
  @Setup(Level.Trial)
  public void collectAll() {
    if (store != null) {
      store.compact(lastTs, Cancellation.NEVER);
    }
  }

  private byte[] prefix() {
    return ByteBuffer.allocate(16).putLong(-1).putLong(rounds).array(); // behind all of the data
  }

  /** Writes the keys that the next call is to work on: twice if old versions are needed. */
  @Setup(Level.Invocation)
  public void fill(BenchmarkParams benchmark) throws IOException {
    String name = benchmark.getBenchmark();
    if (name.contains("Nothing")) {
      return;
    }
    rounds++;
    int versions = name.contains("compact") ? 2 : 1;
    for (int version = 0; version < versions; version++) {
      for (int first = 0; first < KEYS; first += BATCH) {
        lastTs++;
        if (store != null) {
          fillStore(first);
        } else {
          fillRaw(first, version > 0);
        }
      }
    }
  }

  private void fillStore(int first) {
    List<Mutation> mutations = new ArrayList<>();
    for (int number = first; number < first + BATCH; number++) {
      mutations.add(Mutation.put(Entries.key(prefix(), number), Entries.value(lastTs + number)));
    }
    store.applyMutationsRaft(position(), mutations, Entries.NO_READS, lastTs - 1, lastTs);
  }

  private void fillRaw(int first, boolean replaces) throws IOException {
    RawRecords records = new RawRecords();
    for (int number = first; number < first + BATCH; number++) {
      Mutation.Put put =
          new Mutation.Put(Entries.key(prefix(), number), Entries.value(lastTs + number), 0);
      if (replaces) {
        records.replacing(put, lastTs);
      } else {
        records.newest(put, lastTs);
      }
    }
    records.writeTo(db, lastTs);
  }

  @Benchmark
  @OperationsPerInvocation(KEYS)
  public void deletePrefix() {
    store.deletePrefixAt(prefix(), null, ++lastTs);
  }

  /** One synced write, then a walk over the keys that puts a tombstone for each, in batches. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public void deletePrefixRaw() throws IOException {
    db.writeSynced(StoreKeys.prefixDelete(++lastTs, 0), prefix());
    byte[] tombstone = VersionBytes.tombstone(lastTs);
    List<byte[]> keys = new ArrayList<>();
    List<byte[]> values = new ArrayList<>();
    db.scan(
        StoreKeys.newest(prefix()),
        StoreKeys.newestTo(null),
        KEYS,
        (key, value) -> {
          keys.add(key);
          values.add(tombstone);
        });
    for (int from = 0; from < KEYS; from += BATCH) {
      db.write(keys.subList(from, from + BATCH), values.subList(from, from + BATCH));
    }
  }

  @Benchmark
  @OperationsPerInvocation(KEYS)
  public void compact() {
    store.compact(lastTs, Cancellation.NEVER);
  }

  /** One synced write, then one delete of a range of records. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public void compactRaw() throws IOException {
    raiseRaw();
    db.deleteRange(StoreKeys.undoDueAt(lastTs), StoreKeys.undoLast());
  }

  @Benchmark
  public void compactNothing() {
    store.compact(++lastTs, Cancellation.NEVER);
  }

  /** One synced write, then a look for what is to be collected. */
  @Benchmark
  public void compactNothingRaw(Blackhole taken) throws IOException {
    lastTs++;
    raiseRaw();
    db.scan(
        StoreKeys.garbage(lastTs, 0),
        StoreKeys.garbageAfter(lastTs),
        1,
        (key, value) -> taken.consume(key));
  }

  private void raiseRaw() throws IOException {
    db.writeSynced(
        StoreKeys.timestamps(), StoreRecords.encode(new StoreRecords.Timestamps(lastTs, lastTs)));
  }
}
