// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Puts load on a target, one round at a time. Used by one thread. */
public final class LoadDriver {

  private static final int LOADING_IN_FLIGHT = 16;
  private static final double NANOS = 1e9;

  private final Target target;
  private final KeySpace keys;
  private final int threads;
  private final AtomicLong seeds;

  /**
   * A driver of this target.
   *
   * @param threads that send, at the most; fewer when fewer requests are in flight
   * @param seed of keys and values
   */
  public LoadDriver(Target target, KeySpace keys, int threads, long seed) {
    this.target = target;
    this.keys = keys;
    this.threads = threads;
    this.seeds = new AtomicLong(seed);
  }

  /** Writes every key of the key space once, in batches if the target takes them. */
  public void load() throws InterruptedException {
    target.beforeRound();
    new Loading(target, keys.loaded(), LOADING_IN_FLIGHT).run();
  }

  /**
   * One round.
   *
   * @throws LoadFailedException if requests did not end
   */
  public RoundResult round(LoadCase load, double seconds) throws InterruptedException {
    target.beforeRound();
    int parts = Math.min(threads, load.inFlight());
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * NANOS);
    List<Loop> loops = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int share = load.inFlight() / parts + (i < load.inFlight() % parts ? 1 : 0);
      double interval = load.hasRate() ? NANOS * parts / load.perSecond() : 0;
      long first = begin + (long) (i * interval / parts); // the parts take turns
      Requests requests = new Requests(load.workload(), keys, seeds.getAndIncrement());
      loops.add(new Loop(target, requests, share, interval, first, end));
    }
    return run(loops, load).result(seconds);
  }

  private static Tally run(List<Loop> loops, LoadCase load) throws InterruptedException {
    ExecutorService senders = Executors.newFixedThreadPool(loops.size());
    try {
      Tally sum = new Tally();
      for (Future<Tally> part : senders.invokeAll(loops)) {
        sum.add(part.get());
      }
      return sum;
    } catch (ExecutionException e) {
      throw new LoadFailedException(load + ": " + e.getCause(), e);
    } finally {
      senders.shutdownNow(); // they have ended
    }
  }
}
