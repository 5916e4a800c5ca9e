// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page about transactions shows, done. */
class TransactionsGuideTest {

  private static final int ACCOUNTS = 4;
  private static final long BALANCE = 100;

  @TempDir Path folder;

  @Test
  void thePageDoesWhatItSays() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(folder, 3)) {
      TransactionsGuide guide = new TransactionsGuide(cluster.awaitKv());
      for (int i = 0; i < ACCOUNTS; i++) {
        var unused = cluster.awaitKv().put(account(i), TransactionsGuide.bytes(BALANCE));
      }
      transferFromAllReplicas(cluster);
      assertThat(guide.sum(bytes("account/"))).isEqualTo(ACCOUNTS * BALANCE);
      assertThat(guide.transfer(account(0), account(1), 1_000_000)).isFalse();

      assertThat(guide.book(bytes("room/7/"), bytes("a"), bytes("Ada"))).isTrue();
      assertThat(guide.book(bytes("room/7/"), bytes("b"), bytes("Bob"))).isFalse();

      for (KvNode node : cluster.running()) {
        long before = TransactionsGuide.number(node.kv().get(bytes("count")));
        assertThat(guide.incrementAndReadAt(bytes("count"), node.kv())).isEqualTo(before + 1);
      }
    }
  }

  private static void transferFromAllReplicas(LocalCluster cluster) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      TransactionsGuide guide = new TransactionsGuide(cluster.running().get(i % 3).kv());
      running.add(
          threads.submit(
              () -> {
                for (int j = 0; j < 10; j++) {
                  boolean unused =
                      guide.tryTransfer(
                          account(number % ACCOUNTS), account((number + j + 1) % ACCOUNTS), j);
                }
              }));
    }
    for (Future<?> each : running) {
      each.get(1, TimeUnit.MINUTES);
    }
    threads.shutdown();
  }

  private static byte[] account(int number) {
    return bytes("account/" + number);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
