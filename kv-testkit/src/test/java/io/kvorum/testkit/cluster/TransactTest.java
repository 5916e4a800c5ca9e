// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.Commit;
import io.kvorum.api.ConflictKind;
import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.Transaction;
import io.kvorum.api.WriteConflictException;
import io.kvorum.raft.KvNode;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions from all replicas at once. */
@Timeout(120)
class TransactTest {

  @TempDir private static Path folder;

  private static LocalCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = LocalCluster.start(folder, 3);
  }

  @AfterAll
  static void nothingIsLeft() {
    cluster.close();
    assertThat(RocksMvccStore.openNativeHandles()).isZero();
  }

  @BeforeEach
  void empty() {
    cluster.awaitLeader().kv().deletePrefix(new byte[0]);
  }

  @Test
  void readsItsOwnWritesAndCommitsThemTogether() {
    for (KvNode node : cluster.running()) {
      String seen =
          node.kv()
              .transact(
                  tx -> {
                    assertThat(tx.get(bytes(node.id()))).isNull();
                    tx.put(bytes(node.id()), bytes("1"));
                    tx.put(bytes(node.id() + "/x"), bytes("2"));
                    return new String(tx.get(bytes(node.id())), UTF_8);
                  });
      assertThat(seen).isEqualTo("1");
      for (KvNode reader : cluster.running()) {
        assertThat(reader.kv().get(bytes(node.id()))).isEqualTo(bytes("1"));
        assertThat(reader.kv().get(bytes(node.id() + "/x"))).isEqualTo(bytes("2"));
      }
    }
  }

  @Test
  void tellsTheCommitOfTheRunThatWasCommittedAndOfNoOther() {
    ReplicatedKv kv = cluster.awaitLeader().kv();
    List<Commit> commits = new ArrayList<>();
    AtomicInteger runs = new AtomicInteger();
    kv.transact(
        tx -> {
          byte[] seen = tx.get(bytes("a"));
          if (runs.incrementAndGet() == 1) {
            var unused = kv.put(bytes("a"), bytes("between")); // so that this run is in conflict
          }
          tx.put(bytes("a"), bytes(runs.get() + ""));
          tx.onCommit(commits::add);
          return seen;
        });
    assertThat(runs).hasValue(2);
    assertThat(commits).hasSize(1);
    long timestamp = commits.get(0).timestamp();
    for (KvNode reader : cluster.running()) {
      assertThat(reader.kv().get(bytes("a"), ReadOptions.atLeast(timestamp))).isEqualTo(bytes("2"));
      assertThat(reader.kv().get(bytes("a"), ReadOptions.at(timestamp - 1)))
          .isEqualTo(bytes("between"));
    }
  }

  @Test
  void whatTheListenerThrowsIsTheCallersAndTheCommitStands() {
    ReplicatedKv kv = cluster.awaitLeader().kv();
    List<Commit> replaced = new ArrayList<>();
    IllegalStateException mine = new IllegalStateException("mine");
    Function<Transaction, Integer> body =
        tx -> {
          tx.put(bytes("a"), bytes("1"));
          tx.onCommit(replaced::add);
          tx.onCommit(
              commit -> {
                throw mine;
              });
          return 1;
        };
    assertThatThrownBy(() -> kv.transact(body)).isSameAs(mine);
    assertThat(kv.get(bytes("a"))).isEqualTo(bytes("1"));
    assertThatThrownBy(kv.transactAsync(body)::join).hasRootCause(mine);
    assertThat(replaced).isEmpty();
  }

  /** A conflict of another transaction, met inside the body, is what the body throws. */
  @Test
  void aConflictThatTheBodyThrowsEndsTheTransaction() {
    ReplicatedKv kv = cluster.awaitLeader().kv();
    WriteConflictException theirs = new WriteConflictException(ConflictKind.READ, bytes("k"));
    AtomicInteger runs = new AtomicInteger();
    Function<Transaction, Integer> body =
        tx -> {
          runs.incrementAndGet();
          throw theirs;
        };
    assertThatThrownBy(() -> kv.transact(body)).isSameAs(theirs);
    assertThatThrownBy(kv.transactAsync(body)::join).hasRootCause(theirs);
    assertThat(runs).hasValue(2);
  }

  @Test
  void tellsNoCommitOfATransactionThatWroteNothing() {
    List<Commit> commits = new ArrayList<>();
    byte[] seen =
        cluster
            .awaitLeader()
            .kv()
            .transact(
                tx -> {
                  tx.onCommit(commits::add);
                  return tx.get(bytes("a"));
                });
    assertThat(seen).isNull();
    assertThat(commits).isEmpty();
  }

  @Test
  void aBodyThatWritesNothingCostsNoEntry() {
    KvNode node = cluster.awaitLeader();
    node.kv().put(bytes("k"), bytes("v"));
    LogPosition before = node.appliedPosition();
    byte[] read = node.kv().transact(tx -> tx.get(bytes("k")));
    assertThat(read).isEqualTo(bytes("v"));
    assertThat(node.appliedPosition()).isEqualTo(before);
  }

  /* The first run begins by the leader's lease, and is not confirmed. */
  @Test
  void aBodyThatWritesNothingRunsAgainIfSomethingWasCommittedMeanwhile() {
    ReplicatedKv kv = cluster.awaitLeader().kv();
    onceTheLeaseLasts(
        kv,
        runs -> {
          assertThat(kv.transact(lookAndPut(kv, runs))).isEqualTo("1");
          assertThat(kv.transactAsync(lookAndPut(kv, runs)).join()).isEqualTo("3");
        });
  }

  @Test
  void whatTheBodyThrowsIsOfTheNewestStateToo() {
    ReplicatedKv kv = cluster.awaitLeader().kv();
    onceTheLeaseLasts(
        kv,
        runs -> {
          assertThatThrownBy(() -> kv.transact(throwing(lookAndPut(kv, runs)))).hasMessage("1");
          assertThatThrownBy(kv.transactAsync(throwing(lookAndPut(kv, runs)))::join)
              .hasRootCauseMessage("3");
        });
  }

  /* Whether its snapshot was the newest cannot be found out any more. */
  @Test
  void whatTheBodyThrowsAfterTheDeadlineIsStillTheCallers() {
    ReplicatedKv kv = cluster.awaitLeader().kv().withTimeout(Duration.ofMillis(200));
    IllegalArgumentException mine = new IllegalArgumentException("mine");
    Function<Transaction, Integer> body =
        tx -> {
          LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
          throw mine;
        };
    assertThatThrownBy(() -> kv.transact(body)).isSameAs(mine);
    assertThatThrownBy(kv.transactAsync(body)::join).hasRootCause(mine);
  }

  @Test
  void whatTheBodyThrowsEndsItUnwritten() {
    ReplicatedKv kv = cluster.awaitFollower().kv();
    IllegalArgumentException mine = new IllegalArgumentException("mine");
    assertThatThrownBy(
            () ->
                kv.transact(
                    tx -> {
                      tx.put(bytes("k"), bytes("v"));
                      throw mine;
                    }))
        .isSameAs(mine);
    assertThat(kv.get(bytes("k"))).isNull();
    CompletableFuture<Object> later =
        kv.transactAsync(
            tx -> {
              throw mine;
            });
    assertThatThrownBy(later::join).hasRootCause(mine);
    assertThatThrownBy(
            () ->
                kv.transact(
                    tx -> {
                      tx.put(new byte[0], bytes("v"));
                      return 1;
                    }))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void aConflictThatNeverEndsIsTheCallersAtTheDeadline() {
    ReplicatedKv kv = cluster.awaitLeader().kv();
    AtomicInteger runs = new AtomicInteger();
    // Again when the deadline came while a commit was under way: then the outcome is not known.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> transactInVain(kv, runs))
                    .isInstanceOf(WriteConflictException.class)
                    .hasMessageContaining("read key 6b"));
    assertThat(runs.get()).isGreaterThan(1);
    assertThat(kv.get(bytes("other"))).isNull();
  }

  @Test
  void aKeyThatAppearsInAScannedRangeIsAConflict() {
    ReplicatedKv kv = cluster.awaitFollower().kv();
    AtomicInteger runs = new AtomicInteger();
    int size =
        kv.transact(
            tx -> {
              List<KeyValue> found = tx.scan(KeyRange.prefix(bytes("p/")), 10);
              if (runs.incrementAndGet() == 1) {
                kv.put(bytes("p/phantom"), bytes("v"));
              }
              tx.put(bytes("count"), bytes("" + found.size()));
              return found.size();
            });
    assertThat(size).isEqualTo(1);
    assertThat(runs.get()).isEqualTo(2);
    assertThat(kv.get(bytes("count"))).isEqualTo(bytes("1"));
  }

  @Test
  void moneyIsNeitherMadeNorLostAndNoUpdateIsLost() throws Exception {
    int accounts = 6;
    int workers = 6;
    int transfers = 25;
    ReplicatedKv bank = cluster.awaitLeader().kv();
    for (int i = 0; i < accounts; i++) {
      bank.put(account(i), bytes("100"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int w = 0; w < workers; w++) {
        ReplicatedKv kv = cluster.running().get(w % 3).kv().withTimeout(Duration.ofSeconds(60));
        running.add(threads.submit(() -> transfer(kv, accounts, transfers)));
      }
      for (Future<?> worker : running) {
        Object unused = worker.get(100, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    long total =
        bank.scan(KeyRange.prefix(bytes("account/")), accounts).stream()
            .mapToLong(entry -> number(entry.value()))
            .sum();
    assertThat(total).isEqualTo(100L * accounts);
    assertThat(number(bank.get(bytes("transfers")))).isEqualTo((long) workers * transfers);
  }

  /* Four runs, and so two transactions: again when the lease has run out before one of them. */
  private static void onceTheLeaseLasts(ReplicatedKv kv, Consumer<AtomicInteger> transactions) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              kv.deletePrefix(new byte[0]);
              byte[] unused = kv.get(bytes("k")); // the leader asks for a lease
              AtomicInteger runs = new AtomicInteger();
              transactions.accept(runs);
              assertThat(runs).hasValue(4);
            });
  }

  /* Every other run is followed by a commit before it ends. */
  private static Function<Transaction, String> lookAndPut(ReplicatedKv kv, AtomicInteger runs) {
    return tx -> {
      byte[] seen = tx.get(bytes("k"));
      int run = runs.incrementAndGet();
      if (run % 2 == 1) {
        kv.put(bytes("k"), bytes("" + run));
      }
      return seen == null ? "nothing" : new String(seen, UTF_8);
    };
  }

  private static Function<Transaction, String> throwing(Function<Transaction, String> look) {
    return tx -> {
      throw new IllegalStateException(look.apply(tx));
    };
  }

  private static void transactInVain(ReplicatedKv kv, AtomicInteger runs) {
    Object unused =
        kv.withTimeout(Duration.ofMillis(700))
            .transact(
                tx -> {
                  byte[] read = tx.get(bytes("k"));
                  kv.put(bytes("k"), bytes("v" + runs.incrementAndGet()));
                  tx.put(bytes("other"), bytes("v"));
                  return read;
                });
  }

  /* Each moves money between two accounts, counts itself, and checks the sum that it sees. */
  private static Object transfer(ReplicatedKv kv, int accounts, int transfers) {
    for (int i = 0; i < transfers; i++) {
      int from = ThreadLocalRandom.current().nextInt(accounts);
      int to = (from + 1 + ThreadLocalRandom.current().nextInt(accounts - 1)) % accounts;
      long sum =
          kv.transact(
              tx -> {
                long seen = 0;
                for (KeyValue entry : tx.scan(KeyRange.prefix(bytes("account/")), accounts)) {
                  seen += number(entry.value());
                }
                tx.put(account(from), bytes("" + (number(tx.get(account(from))) - 7)));
                tx.put(account(to), bytes("" + (number(tx.get(account(to))) + 7)));
                byte[] count = tx.get(bytes("transfers"));
                tx.put(bytes("transfers"), bytes("" + (count == null ? 1 : number(count) + 1)));
                return seen;
              });
      assertThat(sum).isEqualTo(100L * accounts);
    }
    return true;
  }

  private static byte[] account(int number) {
    return bytes("account/" + number);
  }

  private static long number(byte[] value) {
    return Long.parseLong(new String(value, UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
