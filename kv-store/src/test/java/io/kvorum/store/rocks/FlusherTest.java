// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvorum.api.FlushSchedule;
import io.kvorum.api.StoreFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FlusherTest {

  private static final FlushSchedule TEN_ENTRIES =
      new FlushSchedule(1L << 40, 10, Duration.ofDays(1));

  private final FailStop failStop = new FailStop(Path.of("store"));
  private final Semaphore mayEnd = new Semaphore(0);
  private final AtomicInteger begun = new AtomicInteger();
  private final Flusher flusher = new Flusher("test", TEN_ENTRIES, failStop, this::flush);

  private void flush() {
    begun.incrementAndGet();
    if (!tryAcquire()) {
      throw failStop.fail(new StoreFailedException("no disk", null));
    }
  }

  private boolean tryAcquire() {
    try {
      return mayEnd.tryAcquire(20, TimeUnit.SECONDS) && !failStop.hasFailed();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() {
    mayEnd.release(1000);
    flusher.close();
  }

  @Test
  void writersGoOnBesideAFlushUntilAsMuchHasGatheredAgain() throws Exception {
    flusher.start();
    flusher.awaitRoom();
    flusher.wrote(1, 10);
    Awaitility.await().until(() -> begun.get() == 1);
    for (int i = 0; i < 10; i++) {
      flusher.awaitRoom();
      flusher.wrote(1, 1);
    }
    CountDownLatch passed = new CountDownLatch(1);
    Thread writer =
        new Thread(
            () -> {
              flusher.awaitRoom();
              passed.countDown();
            });
    writer.start();
    Awaitility.await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
    assertThat(passed.getCount()).isOne();
    mayEnd.release();
    assertThat(passed.await(10, TimeUnit.SECONDS)).isTrue();
    Awaitility.await().until(() -> begun.get() == 2);
  }

  @Test
  void aWriterThatWaitsLearnsThatTheFlushFailed() throws Exception {
    flusher.start();
    flusher.wrote(1, 10);
    Awaitility.await().until(() -> begun.get() == 1);
    flusher.wrote(1, 10);
    CompletableFuture<Void> writer = CompletableFuture.runAsync(flusher::awaitRoom);
    StoreFailedException unused = failStop.fail(new StoreFailedException("no disk", null));
    mayEnd.release();
    assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StoreFailedException.class)
        .hasMessageContaining("no disk");
  }

  @Test
  void nothingIsFlushedWhenNothingWasWritten() {
    Flusher eager =
        new Flusher(
            "eager",
            new FlushSchedule(1L << 40, 1, Duration.ofMillis(1)),
            failStop,
            begun::incrementAndGet);
    eager.start();
    eager.wrote(1, 0);
    Awaitility.await().until(() -> begun.get() == 1);
    eager.wrote(1, 0);
    Awaitility.await().until(() -> begun.get() == 2);
    eager.close();
    assertThat(begun).hasValue(2);
  }
}
