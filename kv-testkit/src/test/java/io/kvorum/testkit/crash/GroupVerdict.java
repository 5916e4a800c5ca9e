// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.kvorum.api.LargeValue;
import io.kvorum.api.MvccStore;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.KvNode;
import io.kvorum.raft.ReplicaHash;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.testkit.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Starts a group on what a crash has left and compares with what a {@link GroupChild} promised. */
record GroupVerdict(SyncMode mode, GroupScript script) {

  /** How a verdict begins that names an acknowledged write which is not there. */
  static final String LOST = "lost: ";

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /**
   * Starts the group, compares, closes it and checks the formats of its stores.
   *
   * @param acknowledged the child's acknowledgements, the first being its ports
   * @return what is wrong, or an empty text
   */
  String of(Path found, List<String> acknowledged) {
    List<Integer> ports = GroupChild.ports(acknowledged.get(0));
    String wrong;
    try (LocalCluster cluster = LocalCluster.reopen(found, ports, GroupChild.settings(mode))) {
      if (script.changesMembers()) {
        Membership.change(cluster, cluster.ids()); // who was outside has missed some
      }
      awaitWrite(cluster, "after");
      await().atMost(PATIENCE).until(() -> hashes(cluster).size() == 1);
      wrong = missing(cluster, acknowledged);
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

  /** Waits until the group takes a write; a new leader may lose leadership once more. */
  static void awaitWrite(LocalCluster cluster, String key) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(
            e -> e instanceof OutcomeUnknownException || e instanceof UnavailableException)
        .until(
            () -> {
              cluster.awaitLeader().kv().put(key.getBytes(UTF_8), "crash".getBytes(UTF_8));
              return true;
            });
  }

  private static Set<ReplicaHash> hashes(LocalCluster cluster) {
    Set<ReplicaHash> hashes = new HashSet<>();
    cluster.running().forEach(node -> hashes.add(node.hash()));
    return hashes;
  }

  private String missing(LocalCluster cluster, List<String> acknowledged) {
    for (String acknowledgement : acknowledged.subList(1, acknowledged.size())) {
      String[] words = acknowledgement.split(" ", -1);
      if (!words[0].equals(GroupChild.REPLICATED) && !words[0].equals(GroupChild.LOCAL)) {
        continue;
      }
      int number = Integer.parseInt(words[1]);
      String wrong = "";
      if (script.steps().get(number) instanceof GroupScript.Local local) {
        MvccStore store = cluster.node(local.node()).localStore();
        boolean there = local.value().equals(value(store, local.key(), number + 1));
        wrong = there ? "" : local.key() + " of the local store of " + local.node();
      } else if (script.steps().get(number) instanceof GroupScript.Replicated replicated) {
        wrong = missing(cluster, replicated.writes(), Long.parseLong(words[2]));
      } else if (script.steps().get(number) instanceof GroupScript.Large large) {
        wrong = missing(cluster, large, Long.parseLong(words[2]));
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

  private static String missing(LocalCluster cluster, GroupScript.Large large, long ts) {
    for (KvNode node : cluster.running()) {
      byte[] key = large.key().getBytes(UTF_8);
      try (LargeValue there = node.kv().openStream(key, ReadOptions.at(ts))) {
        if (there == null) {
          return "large " + large.key() + " at " + ts + " on " + node.id();
        }
        large.value().check(there);
      } catch (IOException e) {
        return "large " + large.key() + " at " + ts + " on " + node.id() + ": " + e;
      }
    }
    return "";
  }

  private static @Nullable String value(MvccStore store, String key, long ts) {
    byte[] value = store.getAt(key.getBytes(UTF_8), ts);
    return value == null ? null : new String(value, UTF_8);
  }
}
