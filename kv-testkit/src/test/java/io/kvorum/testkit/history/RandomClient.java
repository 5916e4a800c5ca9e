// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadOptions;
import io.kvorum.testkit.history.ScriptedTransaction.Scan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes one call after the other: writes, prefix deletes, transactions, and reads of several kinds,
 * on so few keys that they meet. The seed decides which.
 */
final class RandomClient {

  static final int KEYS = 8;

  private static final KeyRange FIRST_HALF = KeyRange.prefix(bytes("a"));
  private static final Duration MAX_AGE = Duration.ofMillis(300);

  private final RecordingKv kv;
  private final Random random;
  private final AtomicLong values;
  private final boolean leases;
  private long newest; // the timestamp of its last commit

  /**
   * @param values so that every value is written once only
   * @param leases whether to read by lease too: not where processes are paused at any moment, which
   *     breaks what a lease assumes
   */
  RandomClient(RecordingKv kv, Random random, AtomicLong values, boolean leases) {
    this.kv = kv;
    this.random = random;
    this.values = values;
    this.leases = leases;
  }

  void work(AtomicBoolean stop) {
    while (!stop.get()) {
      try {
        call();
      } catch (KvException e) {
        // Recorded; what it means for the client, the judge knows. One that goes on at once fills
        // the history with calls of a replica that is not there.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  private void call() {
    int kind = random.nextInt(24);
    if (kind < 5) {
      newest = kv.put(key(), value()).timestamp();
    } else if (kind < 6) {
      newest = kv.delete(key()).timestamp();
    } else if (kind < 8) {
      newest =
          kv.write(
                  List.of(
                      Mutation.put(key(), value()),
                      Mutation.put(key(), value()),
                      Mutation.delete(key())))
              .timestamp();
    } else if (kind == 8 && random.nextInt(4) == 0) {
      newest = kv.deletePrefix(bytes("a")).timestamp();
    } else if (kind < 13) {
      var unused = kv.transact(transaction());
    } else if (kind < 20) {
      var unused = kv.get(key(), read());
    } else {
      var unused = kv.scan(KeyRange.all(), 1 + random.nextInt(KEYS), read());
    }
  }

  /** Reads and writes of different keys, so that two of them can be skewed against each other. */
  private ScriptedTransaction transaction() {
    List<byte[]> reads = new ArrayList<>(List.of(key()));
    if (random.nextBoolean()) {
      reads.add(key());
    }
    List<Scan> scans =
        random.nextInt(3) == 0
            ? List.of(new Scan(FIRST_HALF, 1 + random.nextInt(KEYS)))
            : List.of();
    List<Mutation> writes = new ArrayList<>();
    if (random.nextInt(5) != 0) { // else it only reads
      writes.add(Mutation.put(key(), value()));
      if (random.nextInt(3) == 0) {
        writes.add(Mutation.delete(key()));
      }
    }
    return new ScriptedTransaction(reads, scans, writes);
  }

  private ReadOptions read() {
    return switch (random.nextInt(8)) {
      case 0 -> ReadOptions.atLeast(newest);
      case 1 -> ReadOptions.at(newest);
      case 2 -> ReadOptions.stale(MAX_AGE);
      case 3 -> leases ? ReadOptions.lease() : ReadOptions.linearizable();
      default -> ReadOptions.linearizable();
    };
  }

  private byte[] value() {
    return bytes("v" + values.incrementAndGet());
  }

  private byte[] key() {
    int key = random.nextInt(KEYS);
    return bytes((key < KEYS / 2 ? "a" : "b") + key);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
