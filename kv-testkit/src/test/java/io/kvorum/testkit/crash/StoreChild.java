// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.rocks.RelaxedStores;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.powerloss.Acknowledgements;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Plays a {@link Script} on a store: root, mode, relaxed, seed, steps. */
final class StoreChild {

  static final String STORE = "store";
  static final String DIRECT = "d";
  static final String GROUP = "r";
  static final String OTHER = "-";

  private final CheckpointableStore store;
  private final Path root;
  private int checkpoints;

  private StoreChild(CheckpointableStore store, Path root) {
    this.store = store;
    this.root = root;
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    SyncMode mode = SyncMode.valueOf(args[1]);
    Path directory = root.resolve(STORE);
    try (Acknowledgements acks = Acknowledgements.open();
        CheckpointableStore store =
            Boolean.parseBoolean(args[2])
                ? RelaxedStores.open(directory, mode)
                : RocksMvccStore.open(directory, StoreOptions.defaults().withFsmSyncMode(mode))) {
      acks.record(OTHER); // open: from here on a crash must find a store
      StoreChild child = new StoreChild(store, root);
      Script script = Script.of(Long.parseLong(args[3]), Integer.parseInt(args[4]));
      for (Script.Step step : script.steps()) {
        acks.record(child.play(step));
      }
      Runtime.getRuntime().halt(0); // as a crash: no orderly close that would sync anything
    }
  }

  private String play(Script.Step step) throws Exception {
    if (step instanceof Script.Direct direct) {
      write(direct);
      return DIRECT;
    }
    if (step instanceof Script.Group group) {
      write(group);
      return GROUP;
    }
    if (step instanceof Script.Compact compact) {
      store.compact(compact.ts(), Cancellation.NEVER);
    } else {
      Path parent = Files.createDirectories(root.resolve("checkpoints"));
      store.checkpoint(parent.resolve("c" + checkpoints++));
    }
    return OTHER;
  }

  private void write(Script.Direct direct) {
    Script.Write first = direct.writes().get(0);
    byte[] key = first.key().getBytes(UTF_8);
    if (direct.writes().size() > 1) {
      store.applyMutations(mutations(direct.writes()), List.of(), direct.ts(), direct.ts());
    } else {
      switch (first.kind()) {
        case PUT -> store.putAt(key, first.value().getBytes(UTF_8), direct.ts(), 0);
        case DELETE -> store.deleteAt(key, direct.ts());
        case DELETE_PREFIX -> store.deletePrefixAt(key, null, direct.ts());
      }
    }
  }

  private void write(Script.Group group) {
    try (RaftBatch batch = store.openRaftBatch()) {
      long ts = group.firstTs();
      for (List<Script.Write> entry : group.entries()) {
        if (entry.get(0).kind() == Script.Kind.DELETE_PREFIX) {
          batch.deletePrefixAtRaft(entry.get(0).key().getBytes(UTF_8), null, ts);
        } else {
          batch.applyMutationsRaft(mutations(entry), List.of(), ts, ts);
        }
        ts++;
      }
      batch.commit(new LogPosition(1, group.firstIndex() + group.entries().size() - 1));
    }
  }

  private static List<Mutation> mutations(List<Script.Write> writes) {
    List<Mutation> mutations = new ArrayList<>();
    for (Script.Write write : writes) {
      byte[] key = write.key().getBytes(UTF_8);
      mutations.add(
          write.kind() == Script.Kind.PUT
              ? Mutation.put(key, write.value().getBytes(UTF_8))
              : Mutation.delete(key));
    }
    return mutations;
  }
}
