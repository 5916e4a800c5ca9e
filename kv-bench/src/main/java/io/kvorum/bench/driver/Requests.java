// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Makes the requests of one thread; the same seed makes the same ones. Not thread-safe. */
final class Requests {

  private static final int HUNDRED = 100;
  private static final int LONGEST_SHORT_SCAN = 100;

  private final Workload workload;
  private final KeySpace keys;
  private final SplittableRandom random;
  private final Popularity popularity;

  Requests(Workload workload, KeySpace keys, long seed) {
    this.workload = workload;
    this.keys = keys;
    this.random = new SplittableRandom(seed);
    this.popularity = new Popularity(keys.loaded(), random.split());
  }

  Request next() {
    return switch (workload) {
      case PUT -> new Request.Put(uniform(), value());
      case GET -> new Request.Get(uniform());
      case LEASE_GET -> new Request.LeaseGet(uniform());
      case BATCH -> batch();
      case COMPARE_AND_SET -> new Request.CompareAndSet(differentKeys(), value());
      case SCAN -> longScan();
      case YCSB_A -> readOr(50, this::update);
      case YCSB_B -> readOr(95, this::update);
      case YCSB_C -> new Request.Get(popular());
      case YCSB_E -> isBelow(95) ? shortScan() : new Request.Put(keys.fresh(), value());
      case YCSB_F -> readOr(50, () -> new Request.ReadThenWrite(popular(), value()));
    };
  }

  private Request readOr(int percent, Supplier<Request> other) {
    return isBelow(percent) ? new Request.Get(popular()) : other.get();
  }

  private Request update() {
    return new Request.Put(popular(), value());
  }

  private Request batch() {
    List<Entry> entries = new ArrayList<>(Workload.BATCH_ENTRIES);
    for (int i = 0; i < Workload.BATCH_ENTRIES; i++) {
      entries.add(new Entry(uniform(), value()));
    }
    return new Request.Batch(entries);
  }

  private List<byte[]> differentKeys() {
    return random
        .ints(0, keys.loaded())
        .distinct()
        .limit(Workload.COMPARED_KEYS)
        .mapToObj(KeySpace::key)
        .toList();
  }

  private Request longScan() {
    int limit = Workload.SCANNED_ENTRIES;
    int last = Math.max(0, keys.loaded() - limit); // from here on there are that many
    int fewest = Math.min(limit, keys.loaded());
    return new Request.Scan(KeySpace.key(random.nextInt(last + 1)), limit, fewest);
  }

  private Request shortScan() {
    return new Request.Scan(popular(), random.nextInt(1, LONGEST_SHORT_SCAN + 1), 1);
  }

  private boolean isBelow(int percent) {
    return random.nextInt(HUNDRED) < percent;
  }

  private byte[] uniform() {
    return KeySpace.key(random.nextInt(keys.loaded()));
  }

  private byte[] popular() {
    return KeySpace.key(popularity.nextKey());
  }

  private byte[] value() {
    byte[] value = new byte[KeySpace.VALUE_BYTES];
    random.nextBytes(value);
    return value;
  }
}
