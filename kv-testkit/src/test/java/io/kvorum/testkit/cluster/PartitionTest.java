// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.ReadOptions;
import io.kvorum.testkit.process.NamespaceHosts;
import io.kvorum.testkit.process.ProcessCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A leader that the others cannot hear, and that does not know it yet. */
@Timeout(180)
class PartitionTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir Path folder;

  @BeforeAll
  static void hostsCanBeMade() {
    Optional<String> reason = NamespaceHosts.unavailable();
    reason.ifPresent(why -> System.out.println("partitions are not tested: " + why));
    assumeTrue(reason.isEmpty());
  }

  /** The old leader's own copy, read without asking anybody, is the control: it is stale. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLeaderThatIsCutOffDoesNotAnswerWithTheOldValue(boolean bothDirections) {
    NamespaceHosts hosts = NamespaceHosts.create(3);
    try (ProcessCluster cluster = start(hosts)) {
      String old = cluster.awaitLeader();
      put(cluster, old, "older");
      if (bothDirections) {
        hosts.isolate(old);
      } else {
        cluster.others(old).forEach(other -> hosts.cut(old, other));
      }
      String next = cluster.awaitLeaderAmong(cluster.others(old));
      put(cluster, next, "newer");

      assertThat(cluster.localGet(old, KEY).map(PartitionTest::text)).contains("older");
      for (ReadOptions read : List.of(ReadOptions.linearizable(), ReadOptions.lease())) {
        assertThatThrownBy(() -> cluster.kv(old, SHORT).get(KEY, read))
            .as("%s", read)
            .isInstanceOf(KvException.class);
      }
      hosts.heal();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptionsMatching(KvException.class::isInstance)
          .untilAsserted(
              () ->
                  assertThat(cluster.kv(old, LONG).get(KEY, ReadOptions.linearizable()))
                      .isEqualTo("newer".getBytes(UTF_8)));
    }
  }

  @Test
  void aWriteAtALeaderThatIsCutOffEndsAtItsDeadlineAndTheOthersGoOn() {
    Duration min = Duration.ofMillis(500);
    Duration max = Duration.ofSeconds(1);
    // javadoc: NamespaceHosts
    NamespaceHosts hosts = NamespaceHosts.create(3); // without a network: Hosts.loopback(3)
    try (ProcessCluster cluster = ProcessCluster.start(folder, hosts, min, max)) {
      cluster.awaitEveryLog();
      String old = cluster.awaitLeader();
      hosts.isolate(old); // both ways; cut() loses what goes one way
      String next = cluster.awaitLeaderAmong(cluster.others(old));
      writesTo(cluster, old, next);
      hosts.heal();
      cluster.awaitSameHash();
      readsFrom(cluster, cluster.ids());
    }
    // javadoc ends
  }

  /* The old leader's write is the only one that fails. */
  private static void writesTo(ProcessCluster cluster, String old, String next) {
    assertThatThrownBy(() -> cluster.kv(old, SHORT).write(List.of(mutation("lost"))))
        .isInstanceOf(KvException.class);
    put(cluster, next, "newer");
  }

  private static void readsFrom(ProcessCluster cluster, List<String> ids) {
    for (String id : ids) {
      assertThat(cluster.kv(id, LONG).get(KEY, ReadOptions.linearizable()))
          .isEqualTo("newer".getBytes(UTF_8));
    }
  }

  private ProcessCluster start(NamespaceHosts hosts) {
    return ProcessCluster.start(folder, hosts, Duration.ofMillis(500), Duration.ofMillis(1000));
  }

  private static void put(ProcessCluster cluster, String id, String value) {
    var unused = cluster.kv(id, LONG).write(List.of(mutation(value)));
  }

  private static Mutation mutation(String value) {
    return Mutation.put(KEY, value.getBytes(UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
