// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.failover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.testkit.history.BasicKv;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that write one unique key after the other at one replica, until they are stopped. */
final class Writers implements AutoCloseable {

  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final long STOP_MILLIS = 30_000;

  private final BasicKv kv;
  private final CommitAudit audit;
  private final ConcurrentLinkedQueue<Long> ends = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  Writers(int count, BasicKv kv, CommitAudit audit) {
    this.kv = kv;
    this.audit = audit;
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(this::write, "writer " + i);
      threads.add(thread);
      thread.start();
    }
  }

  private void write() {
    while (!stopped) {
      String key = "k" + NUMBERS.incrementAndGet();
      byte[] bytes = key.getBytes(US_ASCII);
      try {
        long timestamp = kv.write(List.of(Mutation.put(bytes, bytes))).timestamp();
        audit.acknowledge(key, timestamp);
        ends.add(System.nanoTime());
      } catch (KvException e) {
        // Not acknowledged, so nothing is owed: the pause that it makes is what is measured.
      }
    }
  }

  /** How many writes were acknowledged after a moment of {@link System#nanoTime}. */
  long acknowledgedSince(long nanos) {
    return ends.stream().filter(end -> end - nanos > 0).count();
  }

  /** The longest time without an acknowledgement that had not ended before a moment, in nanos. */
  long longestPause(long since) {
    List<Long> sorted = ends.stream().sorted().toList();
    long longest = 0;
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i) - since > 0) {
        longest = Math.max(longest, sorted.get(i) - sorted.get(i - 1));
      }
    }
    return longest;
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(STOP_MILLIS);
    }
  }
}
