// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.KvException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.FaultyRoute.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AsyncTransactionsTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final int MANY = 64;

  @TempDir Path dir;
  private final FaultyRoute route = new FaultyRoute();

  @Test
  void noThreadWaitsForACommitThatDoesNotCome() {
    AtomicInteger bodies = new AtomicInteger();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    try (KvNode node = start()) {
      var unused = node.kv().put(KEY, KEY); // opens the session, too
      route.next(MANY, Fault.UNDER_WAY);
      for (int i = 0; i < MANY; i++) {
        byte[] key = ("k" + i).getBytes(UTF_8);
        all.add(
            node.kv()
                .transactAsync(
                    tx -> {
                      tx.put(key, key);
                      return bodies.incrementAndGet();
                    }));
      }
      await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(bodies).hasValue(MANY));
      assertThat(node.kv().getAsync(KEY)).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(KEY);
    }
    // Nobody is left waiting by the close.
    assertThat(all).allSatisfy(each -> assertThat(each).isDone().isCompletedExceptionally());
  }

  @Test
  void aTransactionThatIsBetweenTwoRunsEndsWithTheNode() throws Exception {
    CompletableFuture<Integer> endless;
    AtomicInteger runs = new AtomicInteger();
    try (KvNode node = start()) {
      ReplicatedKv kv = node.kv().withTimeout(Duration.ofMinutes(10));
      endless =
          kv.transactAsync(
              tx -> {
                assertThat(tx.get(KEY)).isIn(null, KEY);
                var unused = kv.put(KEY, KEY); // so that every run is in conflict
                tx.put(KEY, KEY);
                return runs.incrementAndGet();
              });
      await().atMost(Duration.ofSeconds(20)).until(() -> runs.get() > 3);
    }
    assertThatThrownBy(() -> endless.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(KvException.class);
  }

  @Test
  void onAClosedNodeTheFutureFails() {
    KvNode node = start();
    node.close();
    assertThat(node.kv().transactAsync(tx -> 1))
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableThat()
        .withCauseInstanceOf(UnavailableException.class);
  }

  private KvNode start() {
    return new NodeBuilder().route(route).dataDir(dir).start();
  }
}
