// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.Commit;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that run for longer than old versions are kept, and reads that are interrupted. */
@Timeout(60)
class LongTransactionsTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final byte[] OTHER = "other".getBytes(UTF_8);

  @TempDir Path dir;
  private KvNode node;
  private ReplicatedKv kv;

  @BeforeEach
  void start() {
    node = KvNode.builder().dataDir(dir).retention(Duration.ofSeconds(1)).start();
    kv = node.kv();
    Commit unused = kv.put(KEY, KEY);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** Returns when a snapshot at the timestamp can be read no more. */
  private void outlive(long ts) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              Commit unused = kv.put(OTHER, OTHER); // time passes with the entries
              return catchThrowable(() -> kv.get(KEY, ReadOptions.at(ts)))
                  instanceof ReadTimestampCompactedException;
            });
  }

  @Test
  void aReadOfABodyThatOutlivesTheRetentionEndsIt() {
    assertThatThrownBy(
            () ->
                kv.transact(
                    tx -> {
                      outlive(tx.readTimestamp());
                      return tx.get(KEY);
                    }))
        .isInstanceOf(ReadTimestampCompactedException.class);
  }

  @Test
  void aTransactionWhoseSnapshotIsTooOldToCommitIsRunAgain() {
    AtomicInteger runs = new AtomicInteger();
    int committed =
        kv.<Integer>transact(
            tx -> {
              tx.put(KEY, OTHER);
              if (runs.incrementAndGet() == 1) {
                outlive(tx.readTimestamp());
              }
              return runs.get();
            });
    assertThat(committed).isEqualTo(2);
    assertThat(kv.get(KEY)).isEqualTo(OTHER);
  }

  @Test
  void oneThatIsAlwaysTooOldEndsAtItsDeadlineAndHasChangedNothing() {
    long begin = System.nanoTime();
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(
            () ->
                kv.withTimeout(Duration.ofSeconds(4))
                    .transact(
                        tx -> {
                          tx.put(KEY, OTHER);
                          outlive(tx.readTimestamp());
                          // Not at the deadline itself: then its outcome might be unknown.
                          long past = runs.incrementAndGet() == 1 ? 0 : 5_000_000_000L;
                          await().until(() -> System.nanoTime() - begin > past);
                          return true;
                        }))
        .isInstanceOf(UnavailableException.class);
    assertThat(kv.get(KEY)).isEqualTo(KEY);
  }

  @Test
  void aReadThatIsInterruptedEndsAndLeavesTheInterruptToItsCaller() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread reader =
        new Thread(
            () -> {
              thrown.set(catchThrowable(() -> kv.get(KEY, ReadOptions.at(1L << 62))));
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    reader.start();
    await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
    reader.interrupt();
    reader.join(10_000);
    assertThat(thrown.get()).isInstanceOf(UnavailableException.class);
    assertThat(interrupted).isTrue();
  }
}
