// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.concurrent;

import static io.kvorum.store.Streams.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyValue;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything at once: no half of a write is seen, no read at a timestamp changes, no crash. */
class ConcurrentStoreTest {

  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);
  private static final int COMMITS_PER_WRITER = 30 * EFFORT;
  private static final int STEPS_BEFORE_THE_CLOSE = 4 * EFFORT;
  private static final int RESTORES = 8 * EFFORT;
  private static final long BOUND_SECONDS = 300L * EFFORT;
  private static final long SEED = System.nanoTime();

  @TempDir Path dir;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void nothingIsLeftOpen() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  private static List<Consumer<Random>> readers(Workload workload) {
    return List.of(
        workload::scan,
        workload::readRepeatedly,
        workload::watchOneKey,
        random -> workload.compact(),
        random -> workload.snapshot());
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void nobodySeesHalfAWriteAndReadsAtATimestampRepeat(StoreKind kind) throws Exception {
    try (CheckpointableStore store = kind.open(dir)) {
      Workload workload = new Workload(store);
      CountDownLatch writing = new CountDownLatch(2);
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < 2; writer++) {
        Random random = new Random(SEED + writer);
        running.add(
            threads.submit(
                () -> {
                  try {
                    for (int i = 0; i < COMMITS_PER_WRITER; i++) {
                      workload.commit(random);
                    }
                  } finally {
                    writing.countDown();
                  }
                }));
      }
      for (Consumer<Random> reader : readers(workload)) {
        Random random = new Random(SEED + 10 + running.size());
        running.add(
            threads.submit(
                () -> {
                  do {
                    reader.accept(random);
                  } while (writing.getCount() > 0);
                }));
      }
      await(running);
      workload.readRepeatedly(new Random(SEED));
    }
    if (kind == StoreKind.DISK) {
      assertThat(StoreCheck.check(dir.resolve("store")).problems()).isEmpty();
    }
  }

  /** Each thread goes on until the store is closed under it; that must be all it is told. */
  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void closingInTheMidstOfItAllIsAnIllegalStateForEverybody(StoreKind kind) throws Exception {
    CheckpointableStore store = kind.open(dir);
    Workload workload = new Workload(store);
    List<Consumer<Random>> steps = new ArrayList<>(readers(workload));
    steps.add(workload::commit);
    steps.add(workload::commit);
    CountDownLatch warm = new CountDownLatch(steps.size());
    List<Future<Boolean>> running = new ArrayList<>();
    for (Consumer<Random> step : steps) {
      Random random = new Random(SEED + running.size());
      running.add(threads.submit(() -> untilClosed(step, random, warm)));
    }
    assertThat(warm.await(BOUND_SECONDS, TimeUnit.SECONDS)).as("seed %s", SEED).isTrue();

    store.close();

    for (Future<Boolean> one : running) {
      assertThat(one.get(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
    assertThatThrownBy(() -> workload.scan(new Random(1)))
        .isInstanceOf(IllegalStateException.class);
    if (kind == StoreKind.DISK) {
      assertThat(StoreCheck.check(dir.resolve("store")).problems()).isEmpty();
    }
  }

  private static boolean untilClosed(Consumer<Random> step, Random random, CountDownLatch warm) {
    for (int i = 0; ; i++) {
      if (i == STEPS_BEFORE_THE_CLOSE) {
        warm.countDown();
      }
      try {
        step.accept(random);
      } catch (IllegalStateException e) {
        if (i < STEPS_BEFORE_THE_CLOSE) {
          throw e; // nobody has closed it
        }
        return true;
      }
    }
  }

  /** A scan is a call: a restore waits for it, or it waits for the restore. */
  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void scansBesideRestoresSeeOneContentOrTheOther(StoreKind kind) throws Exception {
    List<byte[]> streams = new ArrayList<>();
    try (CheckpointableStore store = kind.open(dir)) {
      for (int group : new int[] {0, 3}) {
        long ts = 1L + group;
        store.deletePrefixAt(Groups.bytes(""), null, ts);
        store.applyMutations(Groups.write(group, ts), List.of(), ts, ts);
        streams.add(stream(store));
      }
      CountDownLatch restoring = new CountDownLatch(1);
      Callable<Void> scanner =
          () -> {
            do {
              List<KeyValue> seen = Groups.scanWhole(store, Long.MAX_VALUE, seenReverse());
              assertThat(seen).isNotEmpty();
            } while (restoring.getCount() > 0);
            return null;
          };
      List<Future<?>> running = List.of(threads.submit(scanner), threads.submit(scanner));
      try {
        for (int i = 0; i < RESTORES; i++) {
          store.restore(new ByteArrayInputStream(streams.get(i % 2)));
        }
      } finally {
        restoring.countDown();
      }
      await(running);
    }
  }

  private static boolean seenReverse() {
    return Thread.currentThread().getId() % 2 == 0;
  }

  private static void await(List<Future<?>> running) throws Exception {
    for (Future<?> one : running) {
      try {
        one.get(BOUND_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError("seed " + SEED, e.getCause());
      }
    }
  }
}
