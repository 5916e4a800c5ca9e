// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.Cancellation;
import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.StoreKind;
import io.kvorum.fsm.wire.Command;
import io.kvorum.fsm.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Random commands on the model and on both stores; the seed of a failing run is printed. */
class InterpreterProperties {

  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);
  private static final int COMMANDS = 60;

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void commandsDoWhatTheModelDoes(@ForAll long seed) throws IOException {
    for (int run = 0; run < EFFORT; run++) {
      run(Universe.of(seed + run), seed + run, StoreKind.MEMORY, (seed + run) % 2 == 0);
    }
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void bothStoresDoWhatTheModelDoesAndHoldTheSameBytes(@ForAll long seed) throws IOException {
    for (int run = 0; run < EFFORT; run++) {
      boolean compacting = (seed + run) % 2 == 0;
      long own = seed + run;
      assertThat(run(Universe.of(own), own, StoreKind.ROCKS, compacting))
          .isEqualTo(run(Universe.of(own), own, StoreKind.MEMORY, compacting));
    }
  }

  /** A locked range up to the first key there is holds none, so it is in nobody's way. */
  @Example
  void aLockedRangeWithoutKeys() throws IOException {
    byte[] unused = run(Universe.withoutUploads(-40254), -40254, StoreKind.MEMORY, true);
  }

  /** A prefix delete and a locked range share keys, but none that is ever written here. */
  @Example
  void aLockedRangeWithoutLookedUpKeys() throws IOException {
    byte[] unused = run(Universe.withoutUploads(-357), -357, StoreKind.MEMORY, false);
  }

  /** The content of the store at the end. */
  private static byte[] run(Universe universe, long seed, StoreKind kind, boolean compacting)
      throws IOException {
    PlainModel model = new PlainModel();
    Random groups = new Random(seed);
    List<String> done = new ArrayList<>();
    done.add("seed " + seed);
    Path dir = Files.createTempDirectory("kvorum-interpreter");
    try (CheckpointableStore store = kind.open(dir.resolve("store"))) {
      for (int index = 0; index < COMMANDS; ) {
        long readable = store.lastCommitTs();
        List<String> read = readAll(store, readable);
        try (RaftBatch batch = store.openRaftBatch()) {
          Interpreter interpreter = new Interpreter(batch);
          for (int i = groups.nextInt(4); i >= 0; i--, index++) {
            Command command = universe.next(batch.lastCommitTs());
            done.add(command.toString());
            LogPosition position = new LogPosition(1, index + 1);
            List<Outcome> outcomes = interpreter.interpret(position, command);
            assertSame(outcomes, model.apply(command), done);
            assertAbove(outcomes, readable, done);
            universe.learn(command, outcomes);
          }
          batch.commit(new LogPosition(1, index));
        }
        assertThat(store.lastCommitTs()).as("%s", done).isEqualTo(model.lastCommitTs());
        assertThat(store.minRetainedTs()).as("%s", done).isEqualTo(model.watermark());
        compareReads(store, model, done);
        if (readable >= store.minRetainedTs()) {
          assertThat(readAll(store, readable)).as("%s", done).isEqualTo(read);
        }
        RecordInvariants.check(store);
        UploadInvariants.check(store, model.openUploads());
        assertThat(RecordInvariants.commits(store)).as("%s", done).isEqualTo(model.commits());
        if (compacting) {
          store.compact(store.minRetainedTs(), Cancellation.NEVER);
        }
      }
      return StoreKind.contentOf(store);
    } finally {
      delete(dir);
    }
  }

  private static void assertAbove(List<Outcome> outcomes, long readable, List<String> done) {
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Committed committed) {
        assertThat(committed.commitTs()).as("%s", done).isGreaterThan(readable);
      }
    }
  }

  /** Of several locks in the way either side may name another one; texts are not compared. */
  private static void assertSame(List<Outcome> found, List<Outcome> expected, List<String> done) {
    assertThat(found.stream().map(InterpreterProperties::plain).toList())
        .as("%s", done)
        .isEqualTo(expected.stream().map(InterpreterProperties::plain).toList());
  }

  private static String plain(Outcome outcome) {
    if (outcome instanceof Outcome.Duplicate duplicate) {
      return "duplicate of " + plain(duplicate.earlier());
    }
    boolean named = outcome instanceof Outcome.Invalid || outcome instanceof Outcome.Locked;
    return named ? outcome.getClass().getSimpleName() : outcome.toString();
  }

  private static void compareReads(CheckpointableStore store, PlainModel model, List<String> done) {
    for (long ts : new long[] {store.lastCommitTs(), Math.max(0, store.lastCommitTs() - 3)}) {
      for (byte[] key : Universe.ALL) {
        if (ts >= store.minRetainedTs()) {
          assertThat(UploadInvariants.read(store, key, ts))
              .as("%s", done)
              .isEqualTo(model.get(key, ts));
          assertThat(store.largeAt(key, ts) != null)
              .as("%s", done)
              .isEqualTo(model.isLarge(key, ts));
        }
      }
    }
  }

  private static List<String> readAll(CheckpointableStore store, long ts) {
    List<String> values = new ArrayList<>();
    for (byte[] key : Universe.ALL) {
      values.add(
          ts < store.minRetainedTs()
              ? "compacted"
              : Arrays.toString(UploadInvariants.read(store, key, ts)));
    }
    return values;
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
