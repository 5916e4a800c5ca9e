// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.MvccStore;
import io.kvorum.api.SyncMode;
import io.kvorum.raft.KvNode;
import io.kvorum.raft.ReplicaHash;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.testkit.LocalCluster;
import io.kvorum.testkit.powerloss.CrashState;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.RecordedRun;
import io.kvorum.testkit.powerloss.Recording;
import io.kvorum.testkit.powerloss.Survivors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One recorded run of a {@link GroupChild}, and the judge of its crash states: the three
 * directories lose power at the same event, then the group starts again on them. One thread.
 */
final class GroupRun implements AutoCloseable {

  /** How a verdict begins that names an acknowledged write which is not there. */
  static final String LOST = "lost: ";

  private static final int STEPS = 240;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final SyncMode mode;
  private final GroupScript script;
  private final Path folder;
  private final RecordedRun run;
  private final List<Integer> ports;
  private long lostBytes;

  private GroupRun(SyncMode mode, GroupScript script, Path folder, RecordedRun run) {
    this.mode = mode;
    this.script = script;
    this.folder = folder;
    this.run = run;
    CrashState end = run.crashAt(run.eventCount(), DirectoryModel.ORDERED, Survivors.ALL, 0);
    String first = new String(end.acknowledged().get(0), UTF_8);
    this.ports = Stream.of(first.split(",", -1)).map(Integer::valueOf).toList();
  }

  static GroupRun record(SyncMode mode, long seed) throws Exception {
    Recording.assumeAvailable();
    Path folder = Files.createTempDirectory("kvorum-group");
    RecordedRun run =
        Recording.of(
            GroupChild.class, folder, mode.name(), Long.toString(seed), Integer.toString(STEPS));
    return new GroupRun(mode, GroupScript.of(seed, STEPS), folder, run);
  }

  /** The same run where no fsync of a file of the Raft log does anything. */
  GroupRun withoutLogSyncs() throws IOException {
    RecordedRun deaf = run.ignoringSyncsOf(path -> path.matches(".*/current/log_[^/]*"));
    return new GroupRun(mode, script, folder, deaf);
  }

  /** Un-synced bytes that the judged states had really lost. */
  long lostBytes() {
    return lostBytes;
  }

  /**
   * Rebuilds one state, starts the group on it and compares.
   *
   * @param place where in the run, 0 to 1; never before the group had its first leader
   * @return what is wrong, or an empty text
   */
  String judge(double place, DirectoryModel model, Survivors survivors, long seed)
      throws IOException {
    int started = run.acknowledgementPoints().get(0);
    int point = started + (int) (place * (run.eventCount() - started));
    CrashState state = run.crashAt(point, model, survivors, seed);
    lostBytes += state.lostBytes();
    Path found = folder.resolve("found");
    state.materialize(found);
    try {
      String wrong = judge(found, state.acknowledged());
      return wrong.isEmpty() ? "" : wrong + " [" + mode + ", " + state + "]";
    } finally {
      delete(found);
    }
  }

  private String judge(Path found, List<byte[]> acknowledged) {
    String wrong;
    try (LocalCluster cluster = LocalCluster.reopen(found, ports, GroupChild.settings(mode))) {
      cluster.awaitLeader().kv().put("after".getBytes(UTF_8), "the crash".getBytes(UTF_8));
      await().atMost(PATIENCE).until(() -> hashes(cluster).size() == 1);
      wrong = missing(cluster, acknowledged);
      cluster.running().parallelStream().forEach(KvNode::close); // all at once: it is quicker
    } catch (ConditionTimeoutException e) {
      return "the replicas do not reach one state: " + e.getMessage();
    } catch (RuntimeException e) {
      return "the group does not start: " + e;
    }
    for (int i = 1; i <= GroupScript.REPLICAS && wrong.isEmpty(); i++) {
      for (String store : List.of("store", "local")) {
        StoreCheck.Report report = StoreCheck.check(found.resolve("n" + i).resolve(store));
        wrong = report.isSound() ? wrong : "format of n" + i + ": " + report.problems();
      }
    }
    return wrong;
  }

  private static Set<ReplicaHash> hashes(LocalCluster cluster) {
    Set<ReplicaHash> hashes = new HashSet<>();
    cluster.running().forEach(node -> hashes.add(node.hash()));
    return hashes;
  }

  private String missing(LocalCluster cluster, List<byte[]> acknowledged) {
    for (byte[] acknowledgement : acknowledged.subList(1, acknowledged.size())) {
      String[] words = new String(acknowledgement, UTF_8).split(" ", -1);
      int number = Integer.parseInt(words[1]);
      String wrong = "";
      if (script.steps().get(number) instanceof GroupScript.Local local) {
        MvccStore store = cluster.node(local.node()).localStore();
        boolean there = local.value().equals(value(store, local.key(), number + 1));
        wrong = there ? "" : local.key() + " of the local store of " + local.node();
      } else if (script.steps().get(number) instanceof GroupScript.Replicated replicated) {
        wrong = missing(cluster, replicated.writes(), Long.parseLong(words[2]));
      }
      if (!wrong.isEmpty()) {
        return LOST + "step " + number + ", " + wrong;
      }
    }
    return "";
  }

  /* Every commit has a timestamp of its own, so at that timestamp it alone decides on its keys. */
  private static String missing(LocalCluster cluster, List<Script.Write> writes, long ts) {
    Map<String, @Nullable String> expected = new HashMap<>();
    for (Script.Write write : writes) {
      switch (write.kind()) {
        case PUT -> expected.put(write.key(), write.value());
        case DELETE -> expected.put(write.key(), null);
        case DELETE_PREFIX ->
            GroupScript.keysWith(write.key()).forEach(key -> expected.put(key, null));
      }
    }
    for (KvNode node : cluster.running()) {
      for (Map.Entry<String, @Nullable String> entry : expected.entrySet()) {
        String there = value(node.store(), entry.getKey(), ts);
        if (there == null ? entry.getValue() != null : !there.equals(entry.getValue())) {
          return entry.getKey() + " at " + ts + " on " + node.id();
        }
      }
      if (node.store().lastCommitTs() < ts) {
        return "commit " + ts + " on " + node.id();
      }
    }
    return "";
  }

  private static @Nullable String value(MvccStore store, String key, long ts) {
    byte[] value = store.getAt(key.getBytes(UTF_8), ts);
    return value == null ? null : new String(value, UTF_8);
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
