// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.bench.jmh.Folders;
import io.kvorum.fsm.interpret.Interpreter;
import io.kvorum.fsm.interpret.LookedUpKeys;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * A group of commands carried out on a store with 100,000 keys, as the apply thread does it, in
 * nosync mode. An operation is one request; making it is part of it. Each thread has a store of its
 * own, as a replica has.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class StateMachine {

  /** Names the folder in which the store is made: it decides which disk is measured. */
  static final String DIR_PROPERTY = "kvorum.bench.dir";

  private static final long LONG_MILLIS = TimeUnit.DAYS.toMillis(1);

  private Path dir;
  private CheckpointableStore store;
  private Writes writes;

  /** A fresh store for each fork and thread. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    dir = Files.createTempDirectory(Path.of(System.getProperty(DIR_PROPERTY, ".")), "store-");
    store = RocksMvccStore.open(dir, StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC));
    Outcome session = apply(List.of(new Request.OpenSession(LONG_MILLIS))).get(0);
    writes = new Writes(((Outcome.Committed) session).commitTs());
    for (int written = 0; written < Writes.KEYS; written += Writes.GROUP) {
      apply(writes.puts(true));
    }
  }

  /** Deletes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    Folders.delete(dir);
  }

  /** Puts of new keys. */
  @Benchmark
  @OperationsPerInvocation(Writes.GROUP)
  public List<Outcome> putFresh() {
    return apply(writes.puts(true));
  }

  /** Puts over keys that are there. */
  @Benchmark
  @OperationsPerInvocation(Writes.GROUP)
  public List<Outcome> putExisting() {
    return apply(writes.puts(false));
  }

  /** The same on three stores at once, as three replicas on one machine do. */
  @Benchmark
  @Threads(3)
  @OperationsPerInvocation(Writes.GROUP)
  public List<Outcome> putExistingOnThreeStores() {
    return apply(writes.puts(false));
  }

  /** Transactions over three keys; of two that meet in a group, the second is refused. */
  @Benchmark
  @OperationsPerInvocation(Writes.GROUP)
  public List<Outcome> transaction() {
    return apply(writes.transactions(store.lastCommitTs()));
  }

  private List<Outcome> apply(List<Request> requests) {
    Command command = new Command(0, requests);
    LogPosition position = new LogPosition(1, store.appliedPosition().index() + 1);
    try (RaftBatch batch = store.openRaftBatch()) {
      batch.prefetch(LookedUpKeys.of(List.of(command)));
      List<Outcome> outcomes = new Interpreter(batch).interpret(position, command);
      batch.commit(position);
      return outcomes;
    }
  }
}
