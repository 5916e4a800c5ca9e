// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.read;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.raft.peer.PeerAnswer;
import io.kvorum.raft.server.Timer;
import io.kvorum.raft.server.Voters;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbesTest {

  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final PeerAnswer TERM = new PeerAnswer.Term(4, 700);

  private final Timer timer = new Timer("test");
  private final Map<String, CompletableFuture<PeerAnswer>> asked = new ConcurrentHashMap<>();
  private final Round round = new Round(4, "a", new Voters(Set.of("a", "b", "c"), Set.of()));

  @AfterEach
  void close() {
    timer.close();
  }

  private void begin(Set<String> preferred, long roundNanos) {
    new Probes(
            round,
            preferred,
            peer -> asked.computeIfAbsent(peer, p -> new CompletableFuture<>()),
            timer,
            roundNanos)
        .begin();
  }

  private CompletableFuture<PeerAnswer> answerOf(String peer) {
    return requireNonNull(asked.get(peer));
  }

  @Test
  void whoAnsweredBeforeIsEnough() throws InterruptedException {
    for (String preferred : Set.of("b", "c")) {
      asked.clear();
      Round own = new Round(4, "a", new Voters(Set.of("a", "b", "c"), Set.of()));
      Probes probes =
          new Probes(
              own,
              Set.of("a", preferred),
              peer -> asked.computeIfAbsent(peer, p -> CompletableFuture.completedFuture(TERM)),
              timer,
              LONG_NANOS);
      probes.begin();
      assertThat(own.verdict())
          .isCompletedWithValue(new Round.Confirmation(4, 700, Set.of("a", preferred)));
      TimeUnit.MILLISECONDS.sleep(50); // past the patience
      assertThat(asked).containsOnlyKeys(preferred);
    }
  }

  @Test
  void theOthersAreAskedWhenItIsSlow() {
    begin(Set.of("b"), LONG_NANOS);
    assertThat(asked).containsOnlyKeys("b");
    await().until(() -> asked.containsKey("c"));
    answerOf("c").complete(TERM);
    assertThat(round.verdict())
        .isCompletedWithValue(new Round.Confirmation(4, 700, Set.of("a", "c")));
  }

  @Test
  void theOthersAreAskedAtOnceWhenItFails() {
    begin(Set.of("c"), LONG_NANOS);
    answerOf("c").completeExceptionally(new IOException("gone"));
    assertThat(asked).containsOnlyKeys("b", "c");
    answerOf("b").complete(TERM);
    assertThat(round.verdict()).isCompleted();
  }

  @Test
  void aRoundThatNobodyAnswersFails() {
    begin(Set.of(), TimeUnit.MILLISECONDS.toNanos(20));
    await().until(() -> round.verdict().isCompletedExceptionally());
    assertThat(asked).containsOnlyKeys("b", "c");
  }
}
