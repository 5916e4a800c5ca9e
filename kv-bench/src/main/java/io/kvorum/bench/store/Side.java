// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.bench.store.raw.RawDatabase;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a JVM measures: the store, or the raw database if the name of the benchmark ends in {@value
 * #RAW}.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class Side {

  static final String RAW = "Raw";

  MvccStore store;
  RawDatabase db;
  long lastTs;
  private @Nullable Path copy;

  abstract Data data();

  /** Whether it is written to. */
  abstract boolean isWritten();

  /** Opens it. */
  @Setup(Level.Trial)
  public void open(BenchmarkParams benchmark) throws IOException {
    Path dir = data().dir();
    if (isWritten()) {
      copy = data().copy();
      dir = copy;
    }
    if (benchmark.getBenchmark().endsWith(RAW)) {
      db = data().openRaw(dir);
      lastTs = 1L << 40; // above all of the data
    } else {
      store = data().openStore(dir);
      lastTs = store.lastCommitTs();
    }
  }

  /** The position of the entry that commits at the last timestamp. */
  LogPosition position() {
    return new LogPosition(1, lastTs);
  }

  /** Closes it, and deletes what was written. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    if (store != null) {
      store.close();
    }
    if (db != null) {
      db.close();
    }
    if (copy != null) {
      Data.delete(copy);
    }
  }
}
