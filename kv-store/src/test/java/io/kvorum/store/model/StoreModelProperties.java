// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.KeyRange;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.memory.InMemoryMvccStore;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.store.rocks.TableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random actions on the model and on the stores: each action ends the same way, and after each one
 * every read answers the same. The seed of a failing run is printed.
 */
class StoreModelProperties {

  /** 0: as little as tells a mutant from the original. */
  private static final int EFFORT = Integer.getInteger("kvorum.effort", 1);

  private static final int ACTIONS = 40;
  private static final long[] READ_AT = {
    0, 1, 3, 5, 9, 10, 14, 20, MvccStore.LATEST - 1, MvccStore.LATEST
  };

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void storeInMemoryDoesWhatTheModelDoes(@ForAll long seed) throws IOException {
    for (int run = 0; run < Math.max(1, 10 * EFFORT); run++) {
      Path dir = Files.createTempDirectory("kvorum-model");
      try (StoreSubject memory = memory(dir, SyncMode.SYNC)) {
        run(seed + run, memory, List.of(memory));
      } finally {
        delete(dir);
      }
    }
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void storeOnDiskDoesWhatTheModelDoesAndWritesTheSameStreams(
      @ForAll long seed, @ForAll SyncMode mode) throws IOException {
    for (int run = 0; run < Math.max(1, 4 * EFFORT); run++) {
      Path dir = Files.createTempDirectory("kvorum-model");
      try {
        runOnDisk(seed + run, mode, dir);
        assertThat(StoreCheck.check(dir.resolve("store")).problems())
            .as("seed %s", seed + run)
            .isEmpty();
      } finally {
        delete(dir);
      }
    }
  }

  private static void runOnDisk(long seed, SyncMode mode, Path dir) throws IOException {
    Path scratch = Files.createDirectory(dir.resolve("scratch"));
    Path other = Files.createDirectory(dir.resolve("other"));
    StoreOptions options = StoreOptions.defaults().withFsmSyncMode(mode);
    StoreSubject.Disk disk =
        new StoreSubject.Disk() {
          @Override
          public CheckpointableStore open() {
            return RocksMvccStore.open(dir.resolve("store"), options);
          }

          @Override
          public void rewriteFiles(CheckpointableStore store, boolean merge) {
            TableFiles.rewrite((RocksMvccStore) store, merge);
          }
        };
    try (StoreSubject rocks =
            new StoreSubject(disk.open(), scratch, disk, () -> InMemoryMvccStore.create(options));
        StoreSubject memory = memory(other, mode)) {
      run(seed, rocks, List.of(memory, rocks));
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
    done.add("seed " + seed);
    try (ModelSubject model = new ModelSubject()) {
      for (int i = 0; i < ACTIONS; i++) {
        Action action = actions.next();
        done.add(action.name());
        String expected = action.run().apply(model);
        List<String> seen = observe(model, keys);
        for (StoreSubject subject : subjects) {
          assertThat(action.run().apply(subject)).as("after %s", done).isEqualTo(expected);
          assertThat(observe(subject, keys)).as("after %s", done).isEqualTo(seen);
        }
      }
    }
    assertThat(last.stream()).as("after %s", done).isEqualTo(subjects.get(0).stream());
  }

  private static List<String> observe(Subject subject, List<byte[]> keys) {
    List<String> seen = new ArrayList<>();
    seen.add(subject.lastCommitTs() + " " + subject.watermark() + " " + subject.applied());
    seen.add(new TreeMap<>(counts(subject)).toString());
    List<KeyRange> ranges = new ArrayList<>();
    ranges.add(KeyRange.all());
    ranges.add(KeyRange.prefix(keys.get(0)));
    ranges.add(KeyRange.from(keys.get(1)));
    ranges.add(KeyRange.of(keys.get(2), keys.get(3)));
    ranges.add(new KeyRange(null, keys.get(4)));
    ranges.add(KeyRange.of(keys.get(5), Arrays.copyOf(keys.get(5), keys.get(5).length + 1)));
    for (KeyRange range : ranges) {
      seen.add("records " + subject.records(range, 1000) + subject.records(range, 2));
    }
    for (byte[] key : keys) {
      seen.add("record " + Arrays.toString(subject.record(key)));
      seen.add(HexFormat.of().formatHex(key) + " latest " + subject.latest(key));
    }
    for (long ts : READ_AT) {
      for (byte[] key : keys) {
        seen.add(Action.answer(() -> "get " + Arrays.toString(subject.get(key, ts))));
        seen.add(Action.answer(() -> "large " + subject.largeAt(key, ts)));
      }
      for (KeyRange range : ranges) {
        seen.add(Action.answer(() -> ts + " up " + subject.scan(range, 1000, ts, false)));
        seen.add(Action.answer(() -> ts + " down " + subject.scan(range, 1000, ts, true)));
        seen.add(Action.answer(() -> ts + " two " + subject.scan(range, 2, ts, true)));
      }
    }
    return seen;
  }

  private static Map<String, Long> counts(Subject subject) {
    return subject.conflicts().entrySet().stream()
        .collect(Collectors.toMap(e -> e.getKey().toString(), Map.Entry::getValue));
  }

  private static StoreSubject memory(Path scratch, SyncMode mode) {
    StoreOptions options = StoreOptions.defaults().withFsmSyncMode(mode);
    return new StoreSubject(InMemoryMvccStore.create(options), scratch, null, null);
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
