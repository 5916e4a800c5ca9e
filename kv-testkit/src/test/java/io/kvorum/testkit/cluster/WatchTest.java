// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watches of a group whose replicas come and go. */
@Timeout(240)
class WatchTest {

  @TempDir Path folder;

  private final List<Long> written = new ArrayList<>();

  @Test
  void aWatchSurvivesItsLeaderAndResumesAfterItsReplica() {
    try (LocalCluster cluster = LocalCluster.start(folder, 3, WatchTest::patient)) {
      KvNode leader = cluster.awaitLeader();
      Seen onLeader = watch(leader, 0);
      List<KvNode> followers =
          cluster.running().stream().filter(node -> !node.id().equals(leader.id())).toList();
      Seen onFollower = watch(followers.get(0), 0);
      write(leader, 50);
      onLeader.await(written);
      cluster.stop(leader.id());
      await().atMost(30, SECONDS).until(() -> onLeader.error != null);
      assertThat(onLeader.error).isInstanceOf(UnavailableException.class);
      write(cluster.awaitLeader(), 50);
      onFollower.await(written);
      Seen resumed = watch(followers.get(1), written.get(49));
      resumed.await(written.subList(50, 100));
      cluster.start(leader.id());
      Seen afterRestart = watch(cluster.node(leader.id()), 0);
      write(cluster.awaitLeader(), 10);
      afterRestart.await(written);
      onFollower.await(written);
      resumed.await(written.subList(50, 110));
    }
  }

  /** What it missed was purged from the log, so it gets a checkpoint while somebody watches. */
  @Test
  void aWatchGoesOnAcrossAnInstalledCheckpoint() {
    try (LocalCluster cluster =
        LocalCluster.start(folder, 3, builder -> patient(builder.checkpointEvery(100)))) {
      KvNode leader = cluster.awaitLeader();
      List<KvNode> others =
          cluster.running().stream().filter(node -> !node.id().equals(leader.id())).toList();
      String behind = others.get(0).id();
      KvNode next = others.get(1);
      write(leader, 20);
      watch(cluster.node(behind), 0).await(written);
      long has = cluster.node(behind).appliedPosition().index();
      cluster.stop(behind);
      for (int i = 0; i < 300; i++) {
        write(i < 150 ? leader : next, 1);
        if (i == 150) { // closes a segment of the log; only whole ones are purged
          leader.transferLeadership(next.id(), Duration.ofSeconds(30));
        }
      }
      for (KvNode node : List.of(leader, next)) {
        var unused = node.checkpoint(Duration.ofSeconds(30));
        await().atMost(30, SECONDS).until(() -> node.logBacklog().firstIndex() > has + 1);
      }
      cluster.start(behind);
      Seen after = watch(cluster.node(behind), written.get(9));
      write(next, 20);
      after.await(written.subList(10, written.size()));
    }
  }

  /** What it asks for late is still there, and in order. */
  @Test
  void aSlowWatchHoldsUpNobody() {
    try (LocalCluster cluster = LocalCluster.start(folder, 1)) {
      KvNode node = cluster.awaitLeader();
      Seen slow = new Seen(0);
      node.kv().watch(KeyRange.all(), 0).subscribe(slow);
      List<CompletableFuture<Long>> writes = new ArrayList<>();
      for (int i = 0; i < 100_000; i++) {
        byte[] key = ("k" + i % 100).getBytes(UTF_8);
        writes.add(
            node.kv()
                .withTimeout(Duration.ofMinutes(1))
                .writeAsync(List.of(Mutation.put(key, new byte[10])))
                .thenApply(commit -> commit.timestamp()));
        if (writes.size() == 1_000) {
          writes.forEach(write -> written.add(write.join()));
          writes.clear();
          slow.request(1);
        }
      }
      Collections.sort(written);
      slow.await(written.subList(0, 100));
      slow.request(Long.MAX_VALUE);
      slow.await(written);
    }
  }

  /* A write must not be in doubt because a busy machine held a leader up. */
  private static void patient(KvNode.Builder builder) {
    builder.electionTimeout(Duration.ofSeconds(2), Duration.ofSeconds(4));
  }

  private void write(KvNode node, int count) {
    List<CompletableFuture<Long>> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] key = ("k" + i % 10).getBytes(UTF_8);
      writes.add(
          node.kv()
              .putAsync(key, ("v" + i).getBytes(UTF_8))
              .thenApply(commit -> commit.timestamp()));
    }
    List<Long> timestamps = writes.stream().map(CompletableFuture::join).sorted().toList();
    written.addAll(timestamps);
  }

  private static Seen watch(KvNode node, long afterTs) {
    Seen seen = new Seen(Long.MAX_VALUE);
    node.kv().watch(KeyRange.all(), afterTs).subscribe(seen);
    return seen;
  }

  /** What a watch has shown. */
  private static final class Seen implements Flow.Subscriber<CommitEvent> {

    private final long asked;
    private final List<Long> timestamps = Collections.synchronizedList(new ArrayList<>());
    private volatile Flow.@Nullable Subscription subscription;
    private volatile @Nullable Throwable error;
    private volatile int count;

    Seen(long asked) {
      this.asked = asked;
    }

    void await(List<Long> expected) {
      org.awaitility.Awaitility.await()
          .atMost(90, SECONDS)
          .until(() -> count >= expected.size() || error != null);
      assertThat(List.copyOf(timestamps)).isEqualTo(expected);
    }

    void request(long n) {
      Flow.Subscription known = subscription;
      if (known != null) {
        known.request(n);
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      if (asked > 0) {
        given.request(asked);
      }
    }

    @Override
    public void onNext(CommitEvent event) {
      timestamps.add(event.commitTs());
      count = timestamps.size();
    }

    @Override
    public void onError(Throwable why) {
      error = why;
    }

    @Override
    public void onComplete() {
      error = new IllegalStateException("a watch never completes");
    }
  }
}
