// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Commit;
import io.kvorum.api.FlushSchedule;
import io.kvorum.api.Mutation;
import io.kvorum.api.OutcomeUnknownException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.api.UnavailableException;
import io.kvorum.raft.KvNode;
import io.kvorum.testkit.LocalCluster;
import io.kvorum.testkit.powerloss.Acknowledgements;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plays a {@link GroupScript} on three replicas: root, mode, whether members change, seed. Several
 * replicated writes are under way at once. Each is acknowledged as soon as it has committed, as
 * {@code w step timestamp}; a node-local write as {@code l step}. The first acknowledgement is the
 * ports, and {@code leader id} says who leads from then on. Between {@code changes step} and {@code
 * changed step} the members change.
 */
final class GroupChild {

  static final String REPLICATED = "w";
  static final String LOCAL = "l";
  static final String LEADER = "leader";
  static final String CHANGES = "changes";
  static final String CHANGED = "changed";

  private static final int CHECKPOINT_EVERY = 16;
  private static final int UNDER_WAY = 8;
  private static final long DISK_RESERVE = 16L << 20;
  private static final long MEMORY_BYTES = 160L << 20;
  private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(20);

  private final LocalCluster cluster;
  private final Acknowledgements acks;
  private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
  private final ExecutorService streams = Executors.newCachedThreadPool();
  private String leader = "";

  private GroupChild(LocalCluster cluster, Acknowledgements acks) {
    this.cluster = cluster;
    this.acks = acks;
  }

  /** How the replicas are set, before and after the loss of power. */
  static Consumer<KvNode.Builder> settings(SyncMode mode) {
    return builder ->
        builder
            .storeOptions(
                StoreOptions.defaults()
                    .withMaxValueBytes(GroupScript.LONGEST_VALUE)
                    .withMemoryBudget(MEMORY_BYTES)
                    .withFlushSchedule(new FlushSchedule(64L << 10, 30, Duration.ofDays(1))))
            .fsmSyncMode(mode)
            .diskReserve(DISK_RESERVE) // the disk that is shut down is a small one
            .electionTimeout(Duration.ofMillis(150), Duration.ofMillis(300))
            .checkpointEvery(CHECKPOINT_EVERY);
  }

  public static void main(String[] args) {
    Path root = Path.of(args[0]);
    SyncMode mode = SyncMode.valueOf(args[1]);
    GroupScript script = GroupRun.script(Boolean.parseBoolean(args[2]), Long.parseLong(args[3]));
    try (Acknowledgements acks = Acknowledgements.open();
        LocalCluster cluster = LocalCluster.start(root, GroupScript.REPLICAS, settings(mode))) {
      cluster.awaitLeader();
      acks.record(text(cluster.ports())); // from here on a crash must find a group
      GroupChild child = new GroupChild(cluster, acks);
      for (int i = 0; i < script.steps().size(); i++) {
        child.play(i, script.steps().get(i));
      }
      child.awaitUnderWay(0);
      cluster.awaitConverged();
      Runtime.getRuntime().halt(0); // as a crash: no orderly close that would sync anything
    }
  }

  static String text(List<Integer> ports) {
    return ports.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  static List<Integer> ports(String text) {
    return Stream.of(text.split(",", -1)).map(Integer::valueOf).toList();
  }

  private void play(int number, GroupScript.Step step) {
    tellLeader();
    if (step instanceof GroupScript.Replicated replicated) {
      awaitUnderWay(UNDER_WAY - 1);
      ReplicatedKv kv = cluster.node(replicated.through()).kv();
      underWay.add(
          send(kv, replicated.writes())
              .handle((commit, failure) -> acknowledge(number, commit, failure)));
    } else if (step instanceof GroupScript.Large large) {
      awaitUnderWay(UNDER_WAY - 1);
      ReplicatedKv kv = cluster.node(large.through()).kv();
      byte[] key = large.key().getBytes(UTF_8);
      underWay.add(
          CompletableFuture.supplyAsync(() -> kv.putStream(key, large.value().stream()), streams)
              .handle((commit, failure) -> acknowledge(number, commit, failure)));
    } else if (step instanceof GroupScript.Local local) {
      byte[] value = local.value().getBytes(UTF_8);
      byte[] key = local.key().getBytes(UTF_8);
      cluster.node(local.node()).localStore().putAt(key, value, number + 1, 0);
      acks.record(LOCAL + " " + number);
    } else if (step instanceof GroupScript.Members members) {
      acks.record(CHANGES + " " + number);
      underWay.add(
          CompletableFuture.runAsync(() -> Membership.change(cluster, members.voters()), streams)
              .thenRun(() -> acks.record(CHANGED + " " + number)));
    } else if (step instanceof GroupScript.Stop) {
      cluster.stop(GroupScript.AWAY);
    } else if (step instanceof GroupScript.Start) {
      cluster.start(GroupScript.AWAY);
    } else if (step instanceof GroupScript.Transfer transfer) {
      try {
        cluster.node(transfer.to()).transferLeadership(transfer.to(), TRANSFER_LIMIT);
      } catch (UnavailableException e) {
        // Nothing was promised; the writes go on under the leader that is.
        System.out.println("no transfer to " + transfer.to() + ": " + e.getMessage());
      }
    }
  }

  private void tellLeader() {
    String now = cluster.leader().map(KvNode::id).orElse(leader);
    if (!now.equals(leader)) {
      leader = now;
      acks.record(LEADER + " " + now);
    }
  }

  private void awaitUnderWay(int atMost) {
    while (underWay.size() > atMost) {
      underWay.remove().join();
    }
  }

  private static CompletableFuture<Commit> send(ReplicatedKv kv, List<Script.Write> writes) {
    if (writes.size() == 1) {
      Script.Write write = writes.get(0);
      byte[] key = write.key().getBytes(UTF_8);
      return switch (write.kind()) {
        case PUT -> kv.putAsync(key, write.value().getBytes(UTF_8));
        case DELETE -> kv.deleteAsync(key);
        case DELETE_PREFIX -> kv.deletePrefixAsync(key);
      };
    }
    List<Mutation> mutations = new ArrayList<>();
    for (Script.Write write : writes) {
      byte[] key = write.key().getBytes(UTF_8);
      mutations.add(
          write.kind() == Script.Kind.PUT
              ? Mutation.put(key, write.value().getBytes(UTF_8))
              : Mutation.delete(key));
    }
    return kv.writeAsync(mutations);
  }

  private @Nullable Void acknowledge(
      int number, @Nullable Commit commit, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (commit != null) {
      acks.record(REPLICATED + " " + number + " " + commit.timestamp());
    } else if (!(cause instanceof OutcomeUnknownException)
        && !(cause instanceof UnavailableException)) {
      throw new CompletionException(cause); // those two promise nothing
    }
    return null;
  }
}
