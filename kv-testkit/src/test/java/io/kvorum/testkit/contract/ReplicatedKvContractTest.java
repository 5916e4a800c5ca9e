// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.kvorum.api.Commit;
import io.kvorum.api.OverloadedException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a group of one and on a group of three. */
@Timeout(180)
class ReplicatedKvContractTest {

  @TempDir static Path folder;

  private static LocalCluster one;
  private static LocalCluster three;

  @BeforeAll
  static void start() {
    one = LocalCluster.start(folder.resolve("one"), 1);
    three = LocalCluster.start(folder.resolve("three"), 3);
  }

  @AfterAll
  static void stop() {
    one.close();
    three.close();
  }

  @TestFactory
  Stream<DynamicContainer> promises() {
    return Stream.of(promises("one replica", one), promises("three replicas", three));
  }

  private static DynamicContainer promises(String name, LocalCluster cluster) {
    List<DynamicTest> tests = new ArrayList<>();
    // javadoc: ReplicatedKvContract
    for (KvPromise promise : ReplicatedKvContract.promises()) {
      String words = promise.words();
      tests.add(dynamicTest(words, () -> promise.check(replicas(cluster), words + "/")));
    }
    // javadoc ends
    return dynamicContainer(name, tests);
  }

  private static List<ReplicatedKv> replicas(LocalCluster cluster) {
    cluster.awaitLeader();
    return cluster.running().stream().map(KvNode::kv).toList();
  }

  /** Beyond the bound a call is refused at once and never happens. */
  @Test
  void overloadedCallsWereNotAccepted() {
    Path dir = folder.resolve("small");
    try (LocalCluster cluster = LocalCluster.start(dir, 3, b -> b.maxInFlight(4, 1 << 20))) {
      cluster.awaitLeader();
      for (KvNode node : cluster.running()) {
        List<Integer> refused = new ArrayList<>();
        List<CompletableFuture<Commit>> accepted = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          try {
            accepted.add(node.kv().putAsync(key(node, i), "v".getBytes(UTF_8)));
          } catch (OverloadedException e) {
            assertThat(e.retryAfter()).isPositive();
            refused.add(i);
          }
        }
        assertThat(refused).as("calls refused at %s", node.id()).isNotEmpty();
        int failed = 0;
        for (CompletableFuture<Commit> write : accepted) {
          try {
            Commit unused = write.join();
          } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(OverloadedException.class); // at the leader
            failed++;
          }
        }
        assertThat(failed).isLessThan(accepted.size());
        for (int i : refused) {
          assertThat(node.kv().get(key(node, i))).isNull();
        }
      }
    }
  }

  private static byte[] key(KvNode node, int i) {
    return (node.id() + "/" + i).getBytes(UTF_8);
  }
}
