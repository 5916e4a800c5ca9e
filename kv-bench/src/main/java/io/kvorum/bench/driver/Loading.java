// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Writes the keys that a run begins with. */
final class Loading {

  private static final int PATIENCE_SECONDS = 60;

  private final Target target;
  private final int keys;
  private final int inFlight;
  private final SplittableRandom random = new SplittableRandom(1);

  Loading(Target target, int keys, int inFlight) {
    this.target = target;
    this.keys = keys;
    this.inFlight = inFlight;
  }

  void run() throws InterruptedException {
    int step = target.offers().contains(Access.BATCH) ? Workload.BATCH_ENTRIES : 1;
    Semaphore places = new Semaphore(inFlight);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int first = 0; first < keys && failure.get() == null; first += step) {
      take(places, 1);
      CompletableFuture<?> unused =
          write(first, Math.min(keys, first + step))
              .whenComplete(
                  (done, e) -> {
                    if (e != null) {
                      failure.compareAndSet(null, e);
                    }
                    places.release();
                  });
    }
    take(places, inFlight);
    Throwable e = failure.get();
    if (e != null) {
      throw new LoadFailedException("the keys could not be written: " + e, e);
    }
  }

  private static void take(Semaphore places, int count) throws InterruptedException {
    if (!places.tryAcquire(count, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new LoadFailedException("loading the keys: a write did not end within a minute", null);
    }
  }

  private CompletableFuture<?> write(int first, int end) {
    List<Entry> entries = new ArrayList<>(end - first);
    for (int i = first; i < end; i++) {
      byte[] value = new byte[KeySpace.VALUE_BYTES];
      random.nextBytes(value);
      entries.add(new Entry(KeySpace.key(i), value));
    }
    return target.offers().contains(Access.BATCH)
        ? target.batch(entries)
        : target.put(entries.get(0).key(), entries.get(0).value());
  }
}
