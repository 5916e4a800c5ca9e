// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.KeyRange;
import io.kvorum.testkit.process.Hosts;
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
import java.util.function.Supplier;

/**
 * Clients at every replica of a group of three processes, and watches that move from replica to
 * replica, while something makes faults; and the judgement of their history. Seeds make the calls
 * and faults the same, not their timing. A history that fails is kept in a file.
 */
final class FaultyHistory {

  static final int EFFORT = Integer.getInteger("kvorum.effort", 1);

  private static final int FAULTS = 5 * EFFORT;
  private static final int CLIENTS = 6;
  private static final int WATCHES = 2;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final long CALM_MILLIS = 700;
  private static final int ATTEMPTS = 3;

  private final HistoryRecorder recorder = new HistoryRecorder();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong values = new AtomicLong();
  private final long seed;
  private final ProcessCluster cluster;

  private FaultyHistory(long seed, ProcessCluster cluster) {
    this.seed = seed;
    this.cluster = cluster;
  }

  /** What goes wrong. */
  interface Faults {

    /**
     * Makes one fault, and mends it.
     *
     * @param kind any number: which fault
     */
    void make(ProcessCluster cluster, int kind, String somebody) throws InterruptedException;
  }

  /**
   * Makes a history and demands that it is one that a single correct store could have produced. One
   * with too many calls in doubt proves nothing: then another one is made.
   *
   * @param leases whether clients also read by lease
   */
  static void check(Path folder, Supplier<Hosts> hosts, boolean leases, Faults faults)
      throws Exception {
    long seed = Long.getLong("kvorum.seed", System.nanoTime());
    System.out.println("seed " + seed + " (-Dkvorum.seed gives it back)");
    Verdict verdict = new Verdict.Undecided("nothing was tried");
    for (int attempt = 1; attempt <= ATTEMPTS && verdict instanceof Verdict.Undecided; attempt++) {
      Path file = folder.resolve("history-" + attempt + ".txt");
      History history;
      try (ProcessCluster cluster =
          ProcessCluster.start(
              folder.resolve("group-" + attempt),
              hosts.get(),
              Duration.ofMillis(400),
              Duration.ofMillis(800))) {
        history = new FaultyHistory(seed, cluster).make(leases, faults);
      }
      HistoryFile.write(history, file);
      System.out.println(summary(history));
      assertThat(history.operations()).anyMatch(Operation::isCommitted);
      assertThat(history.operations())
          .anyMatch(op -> op.kind() == Kind.TRANSACTION && op.isCommitted());
      verdict = HistoryChecker.check(history);
      assertThat(verdict)
          .as("the history in %s, seed %s", file, seed)
          .isNotInstanceOf(Verdict.Violation.class);
    }
    assertThat(verdict).isInstanceOf(Verdict.Valid.class);
  }

  /** Lets the group work for a while; waits for nothing. */
  static void calm() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
  }

  private History make(boolean leases, Faults faults) throws Exception {
    cluster.awaitEveryLog();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + WATCHES);
    try {
      List<Future<?>> working = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        RandomClient client = client(i, leases);
        working.add(threads.submit(() -> client.work(stop)));
      }
      List<RovingWatch> watches = new ArrayList<>();
      for (int i = 0; i < WATCHES; i++) {
        RovingWatch watch =
            new RovingWatch(cluster, new Random(seed - i), recorder.watch("w" + i, null, null, 0));
        watches.add(watch);
        working.add(threads.submit(() -> watch.follow(stop)));
      }
      Random random = new Random(seed);
      for (int i = 0; i < FAULTS; i++) {
        calm();
        faults.make(cluster, random.nextInt(1 << 20), somebody(random));
      }
      stop.set(true);
      for (Future<?> work : working) {
        work.get(1, TimeUnit.MINUTES);
      }
      readAtTheEnd();
      long last = lastCommit();
      watches.forEach(watch -> watch.finish(last));
      assertThat(cluster.awaitSameHash()).isNotNull();
    } finally {
      stop.set(true);
      threads.shutdown();
    }
    return recorder.history();
  }

  private RandomClient client(int number, boolean leases) {
    String id = cluster.ids().get(number % cluster.ids().size());
    RecordingKv kv = new RecordingKv(recorder, "c" + number, () -> cluster.kv(id, TIMEOUT));
    return new RandomClient(kv, new Random(seed + number), values, leases);
  }

  private String somebody(Random random) {
    return cluster.ids().get(random.nextInt(cluster.ids().size()));
  }

  /** So that an acknowledged write which was lost has somebody to miss it. */
  private void readAtTheEnd() {
    for (String id : cluster.ids()) {
      RecordingKv kv =
          new RecordingKv(recorder, "end-" + id, () -> cluster.kv(id, Duration.ofSeconds(30)));
      assertThat(kv.scan(KeyRange.all(), 100)).hasSizeLessThanOrEqualTo(RandomClient.KEYS);
    }
  }

  private long lastCommit() {
    RecordingKv kv =
        new RecordingKv(
            recorder, "last", () -> cluster.kv(cluster.awaitLeader(), Duration.ofSeconds(30)));
    return kv.put("a0".getBytes(UTF_8), "the last one".getBytes(UTF_8)).timestamp();
  }

  private static String summary(History history) {
    List<Operation> calls = history.operations();
    long ok = calls.stream().filter(op -> op.outcome() == Outcome.OK).count();
    long transactions =
        calls.stream().filter(op -> op.kind() == Kind.TRANSACTION && op.isCommitted()).count();
    long doubtful = calls.stream().filter(Operation::isDoubtful).count();
    long events = history.watches().stream().mapToLong(watch -> watch.events().size()).sum();
    return calls.size()
        + " calls, "
        + ok
        + " ok, "
        + transactions
        + " of them transactions that wrote, "
        + doubtful
        + " doubtful writes, "
        + events
        + " events of watches";
  }
}
