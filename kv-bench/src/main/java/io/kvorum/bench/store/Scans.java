// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.store;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccStore;
import io.kvorum.store.codec.StoreKeys;
import java.io.IOException;
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
import org.openjdk.jmh.infra.Blackhole;

/** Scans by one thread, from keys at random. An operation is one key that is returned. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameter before anything else
public class Scans extends Side {

  static final int SCAN_KEYS = 1_000;

  private static final byte[] NEWEST_LAST = StoreKeys.newestTo(null);

  /** Which data is scanned. */
  @Param({"WIDE", "NARROW", "DEEP"})
  public Data data;

  private final SplittableRandom random = new SplittableRandom(1);

  @Override
  Data data() {
    return data;
  }

  @Override
  boolean isWritten() {
    return false;
  }

  /** As many keys as a scan returns follow this one. */
  private byte[] scanStart() {
    byte[] key = Entries.key(random.nextInt(data.keys()));
    key[0] &= 0x3F; // keys are spread evenly, so three in four lie behind
    return key;
  }

  @Benchmark
  @OperationsPerInvocation(SCAN_KEYS)
  public List<KeyValue> scan() {
    return store.scanAt(KeyRange.from(scanStart()), SCAN_KEYS, MvccStore.LATEST);
  }

  @Benchmark
  @OperationsPerInvocation(SCAN_KEYS)
  public int scanRaw(Blackhole taken) throws IOException {
    return db.scan(
        StoreKeys.newest(scanStart()),
        NEWEST_LAST,
        SCAN_KEYS,
        (key, value) -> {
          taken.consume(key);
          taken.consume(value);
        });
  }
}
