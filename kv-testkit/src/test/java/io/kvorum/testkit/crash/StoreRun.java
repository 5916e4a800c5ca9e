// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.rocks.RocksMvccStore;
import io.kvorum.testkit.powerloss.CrashState;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.RecordedRun;
import io.kvorum.testkit.powerloss.Recording;
import io.kvorum.testkit.powerloss.Survivors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One recorded run of a {@link StoreChild}, and the judge of its crash states. One thread. */
final class StoreRun implements AutoCloseable {

  private static final int STEPS = 300;

  private final SyncMode mode;
  private final Script script;
  private final Path folder;
  private final RecordedRun run;
  private final int opened;
  private int lossyStates;

  private StoreRun(SyncMode mode, Script script, Path folder, RecordedRun run) {
    this.mode = mode;
    this.script = script;
    this.folder = folder;
    this.run = run;
    this.opened = run.acknowledgementPoints().get(0);
  }

  static StoreRun record(SyncMode mode, boolean relaxed, long seed) throws Exception {
    Recording.assumeAvailable();
    Path folder = Files.createTempDirectory("kvorum-crash");
    RecordedRun run =
        Recording.of(
            StoreChild.class,
            folder,
            mode.name(),
            Boolean.toString(relaxed),
            Long.toString(seed),
            Integer.toString(STEPS));
    return new StoreRun(mode, Script.of(seed, STEPS), folder, run);
  }

  /** How many judged states really had lost something. */
  int lossyStates() {
    return lossyStates;
  }

  /**
   * Rebuilds one state, opens it and compares.
   *
   * @param place where in the run, 0 to 1; never before the store was open
   * @return what is wrong, or an empty text
   */
  String judge(double place, DirectoryModel model, Survivors survivors, long seed)
      throws IOException {
    int point = opened + (int) (place * (run.eventCount() - opened));
    CrashState state = run.crashAt(point, model, survivors, seed);
    lossyStates += state.lostBytes() > 0 ? 1 : 0;
    Path directory = folder.resolve("found");
    state.materialize(directory);
    try {
      Path found = directory.resolve(StoreChild.STORE);
      String wrong;
      try (MvccStore store =
          RocksMvccStore.open(found, StoreOptions.defaults().withFsmSyncMode(mode))) {
        wrong = compare(store, state.acknowledged());
      }
      StoreCheck.Report report = StoreCheck.check(found);
      if (wrong.isEmpty() && !report.isSound()) {
        wrong = "format: " + report.problems();
      }
      return wrong.isEmpty() ? "" : mode + ", " + state + ": " + wrong;
    } catch (RuntimeException e) {
      return mode + ", " + state + ": " + e;
    } finally {
      delete(directory);
    }
  }

  private String compare(MvccStore store, List<byte[]> acknowledged) {
    int direct = count(acknowledged, StoreChild.DIRECT);
    Map<String, String> found = content(store, "d");
    // The write in flight may be there or not; an acknowledged one must be.
    if (!found.equals(script.directAfter(direct))
        && !found.equals(script.directAfter(direct + 1))) {
      return "D2: the direct keys are not those of " + direct + " acknowledged direct writes";
    }
    long applied =
        store.appliedPosition().equals(LogPosition.NONE) ? 0 : store.appliedPosition().index();
    if (!content(store, "r").equals(script.replicatedAfter(applied))) {
      return "D3: the replicated keys are not those of entries 1.." + applied;
    }
    long promised = lastIndexOfGroup(count(acknowledged, StoreChild.GROUP));
    if (mode == SyncMode.SYNC && applied < promised) {
      return "sync: entry " + promised + " was acknowledged, " + applied + " are applied";
    }
    return "";
  }

  private long lastIndexOfGroup(int groups) {
    long index = 0;
    int left = groups;
    for (Script.Step step : script.steps()) {
      if (step instanceof Script.Group group && left-- > 0) {
        index = group.firstIndex() + group.entries().size() - 1;
      }
    }
    return index;
  }

  private static int count(List<byte[]> acknowledged, String kind) {
    return (int) acknowledged.stream().filter(a -> new String(a, UTF_8).equals(kind)).count();
  }

  private static Map<String, String> content(MvccStore store, String prefix) {
    Map<String, String> content = new TreeMap<>();
    for (KeyValue kv :
        store.scanAt(
            KeyRange.prefix(prefix.getBytes(UTF_8)), Integer.MAX_VALUE, MvccStore.LATEST)) {
      content.put(new String(kv.key(), UTF_8), new String(kv.value(), UTF_8));
    }
    return content;
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
