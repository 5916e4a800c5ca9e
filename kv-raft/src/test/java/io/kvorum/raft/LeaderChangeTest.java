// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvorum.api.Commit;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.RequestId;
import io.kvorum.api.RequestOutcome;
import io.kvorum.raft.FaultyRoute.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers lost between a follower and its leader, on three replicas. */
@Timeout(120)
class LeaderChangeTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final byte[] VALUE = "v".getBytes(UTF_8);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path dir;
  private final Map<String, KvNode> nodes = new TreeMap<>();
  private final Map<String, FaultyRoute> routes = new TreeMap<>();
  private String group = "";

  @BeforeEach
  void start() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      group += (i == 1 ? "" : ",") + "n" + i + "=127.0.0.1:" + socket.getLocalPort();
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    for (String id : List.of("n1", "n2", "n3")) {
      start(id);
    }
    Commit unused = node("n1").kv().withTimeout(PATIENCE).put("first".getBytes(UTF_8), VALUE);
  }

  private void start(String id) {
    FaultyRoute route = new FaultyRoute();
    NodeBuilder builder = new NodeBuilder().route(route);
    KvNode node =
        builder
            .dataDir(dir.resolve(id))
            .peer(id)
            .group(group)
            .requestTimeout(PATIENCE)
            .electionTimeout(Duration.ofMillis(300), Duration.ofMillis(600))
            .start();
    nodes.put(id, node);
    routes.put(id, route);
  }

  @AfterEach
  void close() {
    nodes.values().forEach(KvNode::close);
  }

  private KvNode node(String id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private FaultyRoute route(KvNode node) {
    return Objects.requireNonNull(routes.get(node.id()));
  }

  private KvNode leader() {
    return Awaitility.await()
        .until(
            () -> nodes.values().stream().filter(KvNode::isLeader).findFirst().orElse(null),
            found -> found != null);
  }

  private KvNode follower(KvNode leader) {
    return Awaitility.await()
        .until(
            () ->
                nodes.values().stream()
                    .filter(node -> !node.isLeader() && node.leader().isPresent())
                    .filter(node -> node.leader().get().equals(leader.id()))
                    .findFirst()
                    .orElse(null),
            found -> found != null);
  }

  private void onceEverywhere(Commit commit) {
    for (KvNode node : nodes.values()) {
      assertThat(node.awaitApplied(commit.position().index(), PATIENCE)).isNotNull();
      assertThat(node.kv().get(KEY)).isEqualTo(VALUE);
      assertThat(Versions.of(node.store(), KEY)).containsExactly(commit.timestamp());
    }
  }

  @Test
  void aFollowerThatLosesTheLeadersAnswersWritesOnce() {
    KvNode follower = follower(leader());
    FaultyRoute route = route(follower);
    route.next(3, Fault.ANSWER_LOST);
    onceEverywhere(follower.kv().put(KEY, VALUE));
    assertThat(route.left()).isZero();
  }

  @Test
  void aFollowerWhoseAnswerHangsAsksTheNewLeaderAndGetsTheFirstOutcome() {
    KvNode leader = leader();
    KvNode follower = follower(leader);
    FaultyRoute route = route(follower);
    route.next(1, Fault.ANSWER_HANGS);
    CompletableFuture<Commit> write = follower.kv().putAsync(KEY, VALUE);
    Awaitility.await().until(() -> follower.store().getAt(KEY, Long.MAX_VALUE) != null);
    assertThat(write).isNotDone();
    String next =
        nodes.keySet().stream()
            .filter(id -> !id.equals(leader.id()) && !id.equals(follower.id()))
            .findFirst()
            .orElseThrow();
    follower.transferLeadership(next, PATIENCE);
    onceEverywhere(write.join());
  }

  @Test
  void aLeaderThatRestartsBeforeItAnswersDoesNotMakeTheWriteTwice() {
    KvNode leader = leader();
    KvNode follower = follower(leader);
    route(follower).next(1, Fault.ANSWER_HANGS);
    CompletableFuture<Commit> write = follower.kv().putAsync(KEY, VALUE);
    Awaitility.await().until(() -> follower.store().getAt(KEY, Long.MAX_VALUE) != null);
    leader.close();
    start(leader.id());
    onceEverywhere(write.join());
  }

  @Test
  void outcomesAreToldByEveryReplicaWithoutTheOneThatWrote() {
    KvNode leader = leader();
    KvNode follower = follower(leader);
    route(follower).next(Integer.MAX_VALUE, Fault.ANSWER_LOST);
    RequestId id =
        catchThrowableOfType(
                OutcomeUnknownException.class,
                () -> follower.kv().withTimeout(Duration.ofMillis(400)).put(KEY, VALUE))
            .requestId()
            .orElseThrow();
    nodes.remove(follower.id());
    follower.close();
    List<RequestOutcome> answers = new ArrayList<>();
    for (KvNode node : nodes.values()) {
      answers.add(node.kv().outcomeOf(id));
    }
    assertThat(answers).hasSize(2).allMatch(RequestOutcome.Committed.class::isInstance);
    assertThat(answers.get(0)).isEqualTo(answers.get(1));
  }
}
