// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.Cancellation;
import io.kvorum.api.FlushSchedule;
import io.kvorum.api.LogPosition;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.RaftBatch;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.rocks.RelaxedStores;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.powerloss.Acknowledgements;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a {@link Script} on a store: root, mode, what is done {@link Wrong}, seed, steps. It
 * acknowledges that the store is open, then each step.
 */
final class StoreChild {

  static final String STORE = "store";
  static final String DIRECT = "d";

  /** Followed by the index that the store says is durable then. */
  static final String GROUP = "r ";

  static final String OTHER = "-";

  /** Followed by the index that is durable: what a replica reports to Ratis, which then purges. */
  static final String REPORTED = "c ";

  private final RocksMvccStore store;
  private final Path checkpoints;
  private final Wrong wrong;
  private final Acknowledgements acks;
  private int taken;

  private StoreChild(RocksMvccStore store, Path root, Wrong wrong, Acknowledgements acks) {
    this.store = store;
    this.checkpoints = root.resolve("checkpoints");
    this.wrong = wrong;
    this.acks = acks;
  }

  /** How the store is opened, before and after the crash: nowal flushes now and then. */
  static StoreOptions options(SyncMode mode) {
    return StoreOptions.defaults()
        .withFsmSyncMode(mode)
        .withFlushSchedule(new FlushSchedule(64L << 10, 64, Duration.ofDays(1)));
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    SyncMode mode = SyncMode.valueOf(args[1]);
    Wrong wrong = Wrong.valueOf(args[2]);
    Path directory = root.resolve(STORE);
    boolean relaxed = wrong == Wrong.RELAXED_DIRECT || wrong == Wrong.POSITION_APART;
    try (Acknowledgements acks = Acknowledgements.open();
        RocksMvccStore store =
            relaxed
                ? RelaxedStores.open(directory, options(mode))
                : RocksMvccStore.open(directory, options(mode))) {
      acks.record(OTHER); // open: from here on a crash must find a store
      StoreChild child = new StoreChild(store, root, wrong, acks);
      for (Script.Step step :
          Script.of(Long.parseLong(args[3]), Integer.parseInt(args[4])).steps()) {
        child.play(step);
      }
      Runtime.getRuntime().halt(0); // as a crash: no orderly close that would sync anything
    }
  }

  private void play(Script.Step step) throws Exception {
    if (step instanceof Script.Direct direct) {
      write(direct);
      acks.record(DIRECT);
    } else if (step instanceof Script.Group group) {
      if (wrong == Wrong.POSITION_APART) {
        writeApart(group);
      } else {
        write(group);
      }
      acks.record(GROUP + Math.max(0, store.durablePosition().index()));
    } else if (step instanceof Script.Checkpoint) {
      checkpoint();
    } else {
      maintain(step);
      acks.record(OTHER);
    }
  }

  private void checkpoint() throws IOException {
    Files.createDirectories(checkpoints);
    long applied = store.appliedPosition().index();
    if (wrong == Wrong.REPORTS_APPLIED) {
      acks.record(REPORTED + applied);
      return;
    }
    if (wrong == Wrong.PURGES_FIRST) {
      acks.record(REPORTED + applied);
    }
    long index = store.checkpoint(checkpoints.resolve("c" + ++taken)).index();
    if (wrong != Wrong.PURGES_FIRST) {
      acks.record(REPORTED + index);
    }
  }

  private void maintain(Script.Step step) throws Exception {
    if (step instanceof Script.Collect collect) {
      store.compact(collect.ts(), Cancellation.NEVER);
    } else if (step instanceof Script.Install) {
      if (wrong != Wrong.REPORTS_APPLIED) {
        store.installCheckpoint(checkpoints.resolve("c" + taken));
      }
    } else if (step instanceof Script.Restore) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      try (MvccSnapshot snapshot = store.snapshot()) {
        snapshot.writeTo(content);
      }
      store.restore(new ByteArrayInputStream(content.toByteArray()));
    } else if (step instanceof Script.Flush) {
      RelaxedStores.flush(store);
    } else if (step instanceof Script.CompactFiles) {
      RelaxedStores.compactFiles(store);
    }
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

  /** Neither the data nor the position is fsynced, and a crash can fall between them. */
  private void writeApart(Script.Group group) {
    long ts = group.firstTs();
    for (List<Script.Write> entry : group.entries()) {
      write(new Script.Direct(entry, ts++));
    }
    try (RaftBatch batch = store.openRaftBatch()) {
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
