// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CommitEvent;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.testkit.process.ProcessCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients at every replica of a group of three processes write, delete, read and scan while
 * replicas are killed, restarted and paused, and watches move from replica to replica; their
 * history must be one that a single correct store could have produced. Seeds make the calls and
 * faults the same, not their timing. A history that fails is kept in a file.
 */
@Timeout(900)
class FaultyGroupTest {

  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);
  private static final int FAULTS = 5 * EFFORT;
  private static final int CLIENTS = 6;
  private static final int WATCHES = 2;
  private static final int KEYS = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final long CALM_MILLIS = 700;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final AtomicLong values = new AtomicLong();

  // Of the history that is being made.
  private HistoryRecorder recorder = new HistoryRecorder();
  private AtomicBoolean stop = new AtomicBoolean();

  /** A history with too many calls in doubt proves nothing: then another one is made. */
  @Test
  void historiesUnderFaultsAreThoseOfOneStore() throws Exception {
    long seed = Long.getLong("kvorum.seed", System.nanoTime());
    System.out.println("seed " + seed + " (-Dkvorum.seed gives it back)");
    Verdict verdict = new Verdict.Undecided("nothing was tried");
    for (int attempt = 1; attempt <= 3 && verdict instanceof Verdict.Undecided; attempt++) {
      Path file = folder.resolve("history-" + attempt + ".txt");
      verdict = HistoryChecker.check(make(seed, folder.resolve("group-" + attempt), file));
      assertThat(verdict)
          .as("the history in %s, seed %s", file, seed)
          .isNotInstanceOf(Verdict.Violation.class);
    }
    assertThat(verdict).isInstanceOf(Verdict.Valid.class);
  }

  private History make(long seed, Path directory, Path file) throws Exception {
    recorder = new HistoryRecorder();
    stop = new AtomicBoolean();
    try (ProcessCluster cluster =
        ProcessCluster.start(directory, 3, Duration.ofMillis(400), Duration.ofMillis(800))) {
      String unused = cluster.awaitLeader();
      ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + WATCHES);
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(threads.submit(() -> work(cluster, number, new Random(seed + number))));
      }
      List<Watcher> watchers = new ArrayList<>();
      for (int i = 0; i < WATCHES; i++) {
        Watcher watcher = new Watcher(cluster, new Random(seed - i), "w" + i);
        watchers.add(watcher);
        clients.add(threads.submit(() -> watcher.follow(stop)));
      }
      Random random = new Random(seed);
      for (int i = 0; i < FAULTS; i++) {
        fault(cluster, random.nextInt(4), cluster.ids().get(random.nextInt(3)));
      }
      stop.set(true);
      for (Future<?> client : clients) {
        client.get(1, TimeUnit.MINUTES);
      }
      threads.shutdown();
      readAtTheEnd(cluster);
      long last = lastCommit(cluster);
      watchers.forEach(watcher -> watcher.finish(last));
      var hash = cluster.awaitSameHash();
      assertThat(hash).isNotNull();
    } finally {
      stop.set(true);
    }
    History history = recorder.history();
    HistoryFile.write(history, file);
    System.out.println(summary(history));
    assertThat(history.operations()).anyMatch(op -> op.isCommitted());
    return history;
  }

  /** One fault, mostly of the leader, and its end. */
  private void fault(ProcessCluster cluster, int kind, String somebody) throws Exception {
    TimeUnit.MILLISECONDS.sleep(CALM_MILLIS); // work between the faults; waits for nothing
    String leader = cluster.awaitLeader();
    switch (kind) {
      case 0 -> {
        cluster.kill(leader);
        String unused = cluster.awaitLeaderAmong(cluster.others(leader));
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        cluster.restart(leader);
      }
      case 1 -> {
        cluster.pause(leader);
        String unused = cluster.awaitLeaderAmong(cluster.others(leader));
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        cluster.resume(leader);
      }
      case 2 -> {
        cluster.pause(somebody);
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        cluster.resume(somebody);
      }
      default -> {
        cluster.kill(somebody);
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        cluster.restart(somebody);
      }
    }
  }

  private void work(ProcessCluster cluster, int number, Random random) {
    String id = cluster.ids().get(number % 3);
    RecordingKv kv = new RecordingKv(recorder, "c" + number, () -> cluster.kv(id, TIMEOUT));
    while (!stop.get()) {
      try {
        call(kv, random);
      } catch (KvException e) {
        // Recorded; what it means for the client, the judge knows. One that goes on at once fills
        // the history with calls of a replica that is not there.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  private void call(RecordingKv kv, Random random) {
    int kind = random.nextInt(20);
    byte[] key = key(random);
    if (kind < 5) {
      var unused = kv.put(key, value());
    } else if (kind < 6) {
      var unused = kv.delete(key);
    } else if (kind < 8) {
      var unused =
          kv.write(
              List.of(
                  Mutation.put(key, value()),
                  Mutation.put(key(random), value()),
                  Mutation.delete(key(random))));
    } else if (kind == 8 && random.nextInt(4) == 0) {
      var unused = kv.deletePrefix("a".getBytes(UTF_8));
    } else if (kind < 16) {
      var unused = kv.get(key);
    } else {
      var unused = kv.scan(KeyRange.all(), 1 + random.nextInt(KEYS));
    }
  }

  /** So that an acknowledged write which was lost has somebody to miss it. */
  private void readAtTheEnd(ProcessCluster cluster) {
    for (String id : cluster.ids()) {
      RecordingKv kv =
          new RecordingKv(recorder, "end-" + id, () -> cluster.kv(id, Duration.ofSeconds(30)));
      assertThat(kv.scan(KeyRange.all(), 100)).hasSizeLessThanOrEqualTo(KEYS);
    }
  }

  private long lastCommit(ProcessCluster cluster) {
    RecordingKv kv =
        new RecordingKv(
            recorder, "last", () -> cluster.kv(cluster.awaitLeader(), Duration.ofSeconds(30)));
    return kv.put("a0".getBytes(UTF_8), value()).timestamp();
  }

  /** A watch of everything that asks another replica each time, and goes on where it was. */
  private final class Watcher {

    private final ProcessCluster cluster;
    private final Random random;
    private final RecordedWatch recorded;
    private long seen;

    Watcher(ProcessCluster cluster, Random random, String name) {
      this.cluster = cluster;
      this.random = random;
      this.recorded = recorder.watch(name, null, null, 0);
    }

    void follow(AtomicBoolean until) {
      while (!until.get()) {
        step(Duration.ofMillis(200));
      }
    }

    /** Up to the last commit that there is. */
    void finish(long last) {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (seen < last) {
        assertThat(System.nanoTime() - end).as("%s of %s", seen, last).isNegative();
        step(Duration.ofSeconds(5));
      }
      recorded.completeThrough(last);
    }

    private void step(Duration patience) {
      String id = cluster.ids().get(random.nextInt(3));
      try {
        for (CommitEvent event :
            cluster.watch(id, KeyRange.all(), seen, 1 + random.nextInt(20), patience)) {
          recorded.delivered(event);
          seen = event.commitTs();
        }
      } catch (KvException e) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // not there: another one is
      }
    }
  }

  private static String summary(History history) {
    long ok = history.operations().stream().filter(op -> op.outcome() == Outcome.OK).count();
    long doubtful = history.operations().stream().filter(Operation::isDoubtful).count();
    long events = history.watches().stream().mapToLong(watch -> watch.events().size()).sum();
    return history.operations().size()
        + " calls, "
        + ok
        + " ok, "
        + doubtful
        + " doubtful writes, "
        + events
        + " events of watches";
  }

  private byte[] value() {
    return ("v" + values.incrementAndGet()).getBytes(UTF_8);
  }

  private static byte[] key(Random random) {
    int key = random.nextInt(KEYS);
    return ((key < KEYS / 2 ? "a" : "b") + key).getBytes(UTF_8);
  }
}
