// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.memory.InMemoryMvccStore;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random actions on the model and on the stores: each action ends the same way, and after each one
 * every read answers the same. The seed of a failing run is printed.
 */
class StoreModelProperties {

  private static final int ACTIONS = 40;
  private static final long[] READ_AT = {0, 3, 5, 9, 10, 14, 20, MvccStore.LATEST};

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void storeInMemoryDoesWhatTheModelDoes(@ForAll long seed) throws IOException {
    Path dir = Files.createTempDirectory("kvorum-model");
    try (StoreSubject memory = memory(dir, SyncMode.SYNC)) {
      run(seed, memory, List.of(memory));
    } finally {
      delete(dir);
    }
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void storeOnDiskDoesWhatTheModelDoesAndWritesTheSameStreams(
      @ForAll long seed, @ForAll SyncMode mode) throws IOException {
    Path dir = Files.createTempDirectory("kvorum-model");
    Path scratch = Files.createDirectory(dir.resolve("scratch"));
    Path other = Files.createDirectory(dir.resolve("other"));
    StoreOptions options = StoreOptions.defaults().withFsmSyncMode(mode);
    Supplier<CheckpointableStore> opener = () -> RocksMvccStore.open(dir.resolve("store"), options);
    try (StoreSubject rocks =
            new StoreSubject(opener.get(), scratch, mode == SyncMode.NOWAL ? null : opener);
        StoreSubject memory = memory(other, mode)) {
      run(seed, rocks, List.of(memory, rocks));
    } finally {
      delete(dir);
    }
  }

  /** Compares after each action; at the end also the streams with that of the first one. */
  private static void run(long seed, StoreSubject last, List<StoreSubject> subjects) {
    Actions actions = new Actions(seed);
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      keys.add(actions.key());
    }
    List<String> done = new ArrayList<>();
    try (ModelSubject model = new ModelSubject()) {
      for (int i = 0; i < ACTIONS; i++) {
        Action action = actions.next();
        done.add(action.name());
        String expected = action.run().apply(model);
        for (StoreSubject subject : subjects) {
          assertThat(action.run().apply(subject)).as("after %s", done).isEqualTo(expected);
          assertThat(observe(subject, keys)).as("after %s", done).isEqualTo(observe(model, keys));
        }
      }
    }
    assertThat(last.stream()).as("after %s", done).isEqualTo(subjects.get(0).stream());
  }

  private static List<String> observe(Subject subject, List<byte[]> keys) {
    List<String> seen = new ArrayList<>();
    seen.add(subject.lastCommitTs() + " " + subject.watermark() + " " + subject.applied());
    List<KeyRange> ranges = new ArrayList<>();
    ranges.add(KeyRange.all());
    ranges.add(KeyRange.prefix(keys.get(0)));
    ranges.add(KeyRange.from(keys.get(1)));
    ranges.add(KeyRange.of(keys.get(2), keys.get(3)));
    ranges.add(new KeyRange(null, keys.get(4)));
    ranges.add(KeyRange.of(keys.get(5), Arrays.copyOf(keys.get(5), keys.get(5).length + 1)));
    for (byte[] key : keys) {
      seen.add(HexFormat.of().formatHex(key) + " latest " + subject.latest(key));
    }
    for (long ts : READ_AT) {
      for (byte[] key : keys) {
        seen.add(answer(() -> "get " + Arrays.toString(subject.get(key, ts))));
      }
      for (KeyRange range : ranges) {
        seen.add(answer(() -> ts + " up " + subject.scan(range, 1000, ts, false)));
        seen.add(answer(() -> ts + " down " + subject.scan(range, 1000, ts, true)));
        seen.add(answer(() -> ts + " two " + subject.scan(range, 2, ts, true)));
      }
    }
    return seen;
  }

  private static String answer(Supplier<String> read) {
    String[] answer = new String[1];
    String outcome = Action.outcome(() -> answer[0] = read.get());
    return outcome + " " + answer[0];
  }

  private static StoreSubject memory(Path scratch, SyncMode mode) {
    StoreOptions options = StoreOptions.defaults().withFsmSyncMode(mode);
    return new StoreSubject(InMemoryMvccStore.create(options), scratch, null);
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
