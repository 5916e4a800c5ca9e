// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.upkeep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.fsm.interpret.Interpreter;
import io.kvorum.fsm.interpret.LogTime;
import io.kvorum.fsm.interpret.UploadChecksum;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import io.kvorum.fsm.wire.Request;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What time asks for, told by a clock that the test sets. */
final class DueTest {

  private static final long START = 1_000_000;
  private static final long RETENTION = 5_000;

  private final CheckpointableStore store = InMemoryMvccStore.create(StoreOptions.defaults());
  private final Due due = new Due(store, RETENTION);
  private long index;

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void nothingIsAskedForInAnEmptyStore() {
    assertThat(due.at(START)).isEmpty();
    assertThat(due.at(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void theWatermarkFollowsACommitOnceAndThenRests() {
    apply(START, put("k", 0));
    assertThat(due.at(START + RETENTION - 1)).isEmpty();
    Request raise = due.at(START + RETENTION).orElseThrow();
    assertThat(raise).isEqualTo(new Request.Watermark(LogTime.ofMillis(START)));
    apply(START + RETENTION, raise);
    for (long later = 1; later < 1L << 40; later *= 2) {
      assertThat(due.at(START + RETENTION + later)).isEmpty();
    }
    apply(START + 20_000, put("k", 0));
    assertThat(due.at(START + 20_000 + RETENTION)).isPresent();
  }

  @Test
  void aValueThatExpiresIsAskedForWhenItHas() {
    long expireAt = LogTime.ofMillis(START + 60_000);
    apply(START, put("k", expireAt));
    apply(START + RETENTION, due.at(START + RETENTION).orElseThrow());
    assertThat(due.at(START + 60_000 + RETENTION - 1)).isEmpty();
    assertThat(due.at(START + 60_000 + RETENTION)).contains(new Request.Watermark(expireAt));
  }

  @Test
  void timePassesForASessionThatEnds() {
    Outcome opened = apply(START, new Request.OpenSession(2_000));
    assertThat(opened).isInstanceOf(Outcome.Committed.class);
    assertThat(due.at(START + 1_999)).isEmpty();
    assertThat(due.at(START + 2_000)).contains(new Request.Clock(0));
    apply(START + 2_000, new Request.Clock(0));
    assertThat(due.at(START + 1_000_000)).isEmpty();
  }

  @Test
  void anUploadThatStandsStillIsAskedForWhenItsTimeIsOver() {
    Outcome begun = apply(START, new Request.Upload(0, 0, List.of(new byte[1]), 2_000));
    assertThat(begun).isInstanceOf(Outcome.Committed.class);
    assertThat(due.at(START + 1_999)).isEmpty();
    assertThat(due.at(START + 2_000)).contains(new Request.Clock(0));
    apply(START + 2_000, new Request.Clock(0));
    assertThat(due.at(START + 1_000_000)).isEmpty();
  }

  @Test
  void theWatermarkInForceIsAskedForUntilAllLargeValuesWereLookedAt() {
    for (int i = 0; i < 200; i++) {
      writeLarge("k" + i);
    }
    long written = store.lastCommitTs();
    apply(START + RETENTION, due.raise(START + RETENTION + 1_000).orElseThrow());
    assertThat(store.minRetainedTs()).isGreaterThanOrEqualTo(written);
    int entries = 0;
    for (; due.rest(START + RETENTION).isPresent(); entries++) {
      assertThat(entries).isLessThan(10);
      Request request = due.rest(START + RETENTION).orElseThrow();
      assertThat(request).isEqualTo(new Request.Watermark(store.minRetainedTs()));
      apply(START + RETENTION, request);
    }
    assertThat(entries).isPositive();
    assertThat(due.at(START + RETENTION)).isEmpty();
  }

  private void writeLarge(String key) {
    byte[] bytes = key.getBytes(UTF_8);
    Outcome begun = apply(START, new Request.Upload(0, 0, List.of(bytes), 3_600_000));
    long upload = ((Outcome.Committed) begun).commitTs();
    int checksum = UploadChecksum.next(0, bytes);
    Outcome finished =
        apply(START, new Request.FinishUpload(upload, bytes, 1, bytes.length, checksum, 0));
    assertThat(finished).isInstanceOf(Outcome.Committed.class);
  }

  @Test
  void aClockThatWasSetBackAsksForNothingNew() {
    apply(START, put("k", 0));
    assertThat(due.at(5)).isEmpty();
  }

  @Test
  void howOftenItIsLookedAtFollowsTheRetention() {
    assertThat(Upkeep.period(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(100));
    assertThat(Upkeep.period(Duration.ofSeconds(32))).isEqualTo(Duration.ofSeconds(1));
    assertThat(Upkeep.period(Duration.ofDays(36_500))).isEqualTo(Duration.ofSeconds(10));
  }

  private static Request put(String key, long expireAt) {
    return new Request.Write(List.of(Mutation.put(key.getBytes(UTF_8), new byte[1], expireAt)));
  }

  private Outcome apply(long millis, Request request) {
    LogPosition position = new LogPosition(1, ++index);
    try (RaftBatch batch = store.openRaftBatch()) {
      List<Outcome> outcomes =
          new Interpreter(batch)
              .interpret(position, new Command(LogTime.ofMillis(millis), List.of(request)));
      batch.commit(position);
      return outcomes.get(0);
    }
  }
}
