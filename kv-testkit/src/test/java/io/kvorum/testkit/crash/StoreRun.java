// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.SyncMode;
import io.kvorum.testkit.powerloss.CrashState;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.RecordedRun;
import io.kvorum.testkit.powerloss.Recording;
import io.kvorum.testkit.powerloss.Survivors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One recorded run of a {@link StoreChild}, or of a {@link StoreStartChild} on what a crash of the
 * first has left, as a source of crashes. One thread.
 */
final class StoreRun implements AutoCloseable {

  private static final int STEPS = 300;

  /** What the run of a {@link StoreChild} goes through. */
  static final List<Activity> ACTIVITIES =
      List.of(
          Activity.APPLY,
          Activity.DIRECT,
          Activity.FLUSH,
          Activity.CHECKPOINT,
          Activity.INSTALL,
          Activity.RESTORE,
          Activity.COMPACTION,
          Activity.COLLECTION);

  private final SyncMode mode;
  private final Script script;
  private final Path folder;
  private final RecordedRun run;
  private final List<String> before;
  private int starts;

  private StoreRun(
      SyncMode mode, Script script, Path folder, RecordedRun run, List<String> before) {
    this.mode = mode;
    this.script = script;
    this.folder = folder;
    this.run = run;
    this.before = before;
  }

  /** One crash of a run: where, and what it was doing there. */
  record Crash(Activity activity, CrashState state, Survivors survivors) {}

  static StoreRun record(SyncMode mode, Wrong wrong, long seed) throws Exception {
    Recording.assumeAvailable();
    Path folder = Files.createTempDirectory("kvorum-crash");
    RecordedRun run = Recording.of(StoreChild.class, folder, arguments(mode, wrong, seed));
    return new StoreRun(mode, Script.of(seed, STEPS), folder, run, List.of());
  }

  /** What a {@link StoreChild} needs to know besides its root. */
  static String[] arguments(SyncMode mode, Wrong wrong, long seed) {
    return new String[] {mode.name(), wrong.name(), Long.toString(seed), Integer.toString(STEPS)};
  }

  static Script script(long seed) {
    return Script.of(seed, STEPS);
  }

  /** The run of a start on what that crash has left. */
  StoreRun startAfter(Crash crash) throws Exception {
    Path again = Files.createDirectory(folder.resolve("start" + ++starts));
    Path left = again.resolve("left");
    crash.state().materialize(left);
    RecordedRun start = Recording.of(StoreStartChild.class, again, mode.name(), left.toString());
    return new StoreRun(mode, script, again, start, texts(crash.state()));
  }

  /** A crash during an activity; the random source chooses where and what survives. */
  Crash crash(Activity activity, DirectoryModel model, Survivors survivors, Random random) {
    List<Integer> acks = run.acknowledgementPoints();
    List<Integer> steps = new ArrayList<>();
    if (activity == Activity.START) {
      steps.add(0);
    } else {
      for (int i = 0; i < script.steps().size(); i++) {
        if (activityOf(script.steps().get(i)) == activity) {
          steps.add(i);
        }
      }
    }
    // The step with this number begins after as many acknowledgements, and one that it is open.
    int step = steps.get(random.nextInt(steps.size()));
    int from = acks.get(step);
    int to = acks.get(step + 1);
    int point = from + random.nextInt(to - from);
    return new Crash(activity, run.crashAt(point, model, survivors, random.nextLong()), survivors);
  }

  /** A crash within a few events after an acknowledgement that begins so; of APPLY by name. */
  Crash crashAfter(String acknowledgement, Survivors survivors, Random random) {
    List<Integer> acks = run.acknowledgementPoints();
    CrashState end = run.crashAt(run.eventCount(), DirectoryModel.ORDERED, Survivors.ALL, 0);
    List<Integer> points = new ArrayList<>();
    for (int i = 0; i < acks.size(); i++) {
      if (texts(end).get(i).startsWith(acknowledgement)) {
        points.add(acks.get(i));
      }
    }
    int point = points.get(random.nextInt(points.size())) + random.nextInt(3);
    CrashState state = run.crashAt(point, DirectoryModel.ORDERED, survivors, random.nextLong());
    return new Crash(Activity.APPLY, state, survivors);
  }

  private static Activity activityOf(Script.Step step) {
    if (step instanceof Script.Direct) {
      return Activity.DIRECT;
    } else if (step instanceof Script.Group) {
      return Activity.APPLY;
    } else if (step instanceof Script.Flush) {
      return Activity.FLUSH;
    } else if (step instanceof Script.Checkpoint) {
      return Activity.CHECKPOINT;
    } else if (step instanceof Script.Install) {
      return Activity.INSTALL;
    } else if (step instanceof Script.Restore) {
      return Activity.RESTORE;
    } else if (step instanceof Script.CompactFiles) {
      return Activity.COMPACTION;
    }
    return Activity.COLLECTION;
  }

  /** Rebuilds the state of a crash and judges it; what is wrong, or an empty text. */
  String judge(Crash crash) throws IOException {
    Path found = folder.resolve("found");
    crash.state().materialize(found);
    try {
      List<String> acknowledged = before.isEmpty() ? texts(crash.state()) : before;
      boolean killed = before.isEmpty() && crash.survivors() == Survivors.ALL;
      String wrong =
          new StoreVerdict(mode, script, killed, 1)
              .of(found.resolve(StoreChild.STORE), acknowledged);
      return wrong.isEmpty() ? "" : wrong + " [" + mode + ", during " + crash + "]";
    } finally {
      delete(found);
    }
  }

  private static List<String> texts(CrashState state) {
    return state.acknowledged().stream().map(ack -> new String(ack, UTF_8)).toList();
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
