// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The raft family, not synced. An operation is one mutation. The raw side reads nothing and writes
 * the records that the store writes: the newest version and the metadata, and over an existing key
 * also the undo record of the version that it replaces.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameter before anything else
public class Applies extends Side {

  static final int GROUP = 64;

  /** Which keys are written. */
  public enum Keys {
    FRESH,
    EXISTING
  }

  /** Which keys are written. */
  @Param({"FRESH", "EXISTING"})
  public Keys keys;

  private final SplittableRandom random = new SplittableRandom(1);
  private long fresh = 1L << 32;

  @Override
  Data data() {
    return Data.WIDE;
  }

  @Override
  boolean isWritten() {
    return true;
  }

  private Mutation.Put put() {
    long number = keys == Keys.FRESH ? fresh++ : random.nextInt(data().keys());
    return new Mutation.Put(Entries.key(number), Entries.value(random.nextLong()), 0);
  }

  /** One entry of one mutation. */
  @Benchmark
  public void single() {
    List<Mutation> mutations = List.of(put());
    long ts = ++lastTs;
    store.applyMutationsRaft(position(), mutations, Entries.NO_READS, ts - 1, ts);
  }

  @Benchmark
  public void singleRaw() throws IOException {
    RawRecords records = new RawRecords();
    write(records, List.of(put()));
    records.writeTo(db, lastTs);
  }

  /** One entry of many mutations. */
  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void entry() {
    List<Mutation> mutations = new ArrayList<>(puts());
    long ts = ++lastTs;
    store.applyMutationsRaft(position(), mutations, Entries.NO_READS, ts - 1, ts);
  }

  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void entryRaw() throws IOException {
    RawRecords records = new RawRecords();
    write(records, puts());
    records.writeTo(db, lastTs);
  }

  /** Many entries of one mutation in one group, as the apply thread writes them. */
  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void group() {
    List<Mutation.Put> puts = puts();
    try (RaftBatch batch = store.openRaftBatch()) {
      batch.prefetch(puts.stream().map(Mutation.Put::key).toList());
      for (Mutation.Put put : puts) {
        long ts = ++lastTs;
        batch.applyMutationsRaft(List.of(put), Entries.NO_READS, ts - 1, ts);
      }
      batch.commit(position());
    }
  }

  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void groupRaw() throws IOException {
    RawRecords records = new RawRecords();
    for (Mutation.Put put : puts()) {
      write(records, List.of(put));
    }
    records.writeTo(db, lastTs);
  }

  /** Of the same writes the newest versions alone: what a store without history would write. */
  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void newestRaw() throws IOException {
    RawRecords records = new RawRecords();
    for (Mutation.Put put : puts()) {
      records.newest(put, ++lastTs);
    }
    records.writeTo(db, lastTs);
  }

  private List<Mutation.Put> puts() {
    List<Mutation.Put> puts = new ArrayList<>(GROUP);
    for (int i = 0; i < GROUP; i++) {
      puts.add(put());
    }
    return puts;
  }

  /** One commit. */
  private void write(RawRecords records, List<Mutation.Put> puts) {
    long ts = ++lastTs;
    for (Mutation.Put put : puts) {
      if (keys == Keys.EXISTING) {
        records.replacing(put, ts);
      } else {
        records.newest(put, ts);
      }
    }
  }
}
