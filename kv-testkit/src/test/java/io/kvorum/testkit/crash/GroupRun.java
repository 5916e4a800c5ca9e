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
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One recorded run of a {@link GroupChild}, or of a {@link GroupStartChild} on what a crash of the
 * first has left, as a source of crashes. One thread.
 *
 * <p>Directories are ORDERED, as on ext4 and XFS. STRICT is left out: Ratis fsyncs no directory, so
 * under it the names of its files may be gone from all three replicas at once, with every fsynced
 * entry in them, and the judge does find acknowledged writes lost.
 */
final class GroupRun implements AutoCloseable {

  private static final int STEPS = 240;

  private static final List<String> ALL = List.of("n1", "n2", "n3");

  /** What the run of a {@link GroupChild} goes through. */
  static final List<Activity> ACTIVITIES =
      List.of(
          Activity.APPEND,
          Activity.APPLY,
          Activity.DIRECT,
          Activity.FLUSH,
          Activity.CHECKPOINT,
          Activity.PURGE,
          Activity.INSTALL);

  private final SyncMode mode;
  private final GroupScript script;
  private final Path folder;
  private final RecordedRun run;
  private final List<String> before;
  private final List<Integer> ackPoints;
  private final List<String> acks;
  private int starts;

  private GroupRun(
      SyncMode mode, GroupScript script, Path folder, RecordedRun run, List<String> before) {
    this.mode = mode;
    this.script = script;
    this.folder = folder;
    this.run = run;
    this.before = before;
    this.ackPoints = run.acknowledgementPoints();
    this.acks = texts(run.crashAt(run.eventCount(), DirectoryModel.ORDERED, Survivors.ALL, 0));
  }

  /**
   * One crash of all three processes.
   *
   * @param lossy who loses power as well
   */
  record Crash(Victim victim, Activity activity, CrashState state, List<String> lossy, int point) {}

  private record Place(int point, List<String> lossy) {}

  static GroupRun record(SyncMode mode, long seed) throws Exception {
    return record(mode, false, seed);
  }

  /** One whose members change. */
  static GroupRun recordMembers(SyncMode mode, long seed) throws Exception {
    return record(mode, true, seed);
  }

  private static GroupRun record(SyncMode mode, boolean members, long seed) throws Exception {
    Recording.assumeAvailable();
    Path folder = Files.createTempDirectory("kvorum-group");
    RecordedRun run = Recording.of(GroupChild.class, folder, arguments(mode, members, seed));
    return new GroupRun(mode, script(members, seed), folder, run, List.of());
  }

  /** What a {@link GroupChild} needs to know besides its root. */
  static String[] arguments(SyncMode mode, boolean members, long seed) {
    return new String[] {mode.name(), Boolean.toString(members), Long.toString(seed)};
  }

  static GroupScript script(boolean members, long seed) {
    return members ? GroupScript.ofMembers(seed, STEPS / 2) : GroupScript.of(seed, STEPS);
  }

  /** The same run where no fsync of a file of the Raft log does anything. */
  GroupRun withoutLogSyncs() throws IOException {
    return without(path -> path.matches(".*/current/log_[^/]*"));
  }

  /** The same run where the log is purged for checkpoints and stores that are never fsynced. */
  GroupRun withoutCheckpointSyncs() throws IOException {
    return without(path -> path.matches("n[0-9]+/(store/|raft/[^/]+/(sm|tmp)).*"));
  }

  private GroupRun without(Predicate<String> files) throws IOException {
    return new GroupRun(mode, script, folder, run.ignoringSyncsOf(files), before);
  }

  /** The run of a start on what that crash has left. */
  GroupRun startAfter(Crash crash) throws Exception {
    Path again = Files.createDirectory(folder.resolve("start" + ++starts));
    Path left = again.resolve("left");
    materialize(crash, left);
    List<String> acknowledged = texts(crash.state());
    RecordedRun start =
        Recording.of(
            GroupStartChild.class, again, mode.name(), left.toString(), acknowledged.get(0));
    return new GroupRun(mode, script, again, start, acknowledged);
  }

  /**
   * A crash during an activity of the victim, of anyone when that is ALL.
   *
   * @return null when the victim never did that
   */
  @Nullable Crash crash(Victim victim, Activity activity, Survivors survivors, Random random) {
    List<Place> places = new ArrayList<>();
    for (int i = 1; i <= GroupScript.REPLICAS; i++) {
      String node = "n" + i;
      for (int point : run.pointsAt(events(activity, node))) {
        boolean within =
            point >= ackPoints.get(0) && (before.isEmpty() || point < ackPoints.get(1));
        boolean meant = activity != Activity.MEMBERS || isChanging(point);
        if (within && meant && isVictim(node, victim, point)) {
          places.add(new Place(point, victim == Victim.ALL ? ALL : List.of(node)));
        }
      }
    }
    return places.isEmpty()
        ? null
        : crashAt(places.get(random.nextInt(places.size())), victim, activity, survivors, random);
  }

  /** A crash of all at a place of the run, 0 to 1, after it had its first leader. */
  Crash crashAt(double place, Survivors survivors, Random random) {
    int started = ackPoints.get(0);
    int point = started + (int) (place * (run.eventCount() - started));
    return crashAt(new Place(point, ALL), Victim.ALL, Activity.APPEND, survivors, random);
  }

  private Crash crashAt(
      Place place, Victim victim, Activity activity, Survivors survivors, Random random) {
    CrashState state =
        run.crashAt(place.point(), DirectoryModel.ORDERED, survivors, random.nextLong());
    return new Crash(victim, activity, state, place.lossy(), place.point());
  }

  /* Nobody leads while the group starts. */
  private boolean isVictim(String node, Victim victim, int point) {
    return switch (victim) {
      case LEADER -> node.equals(leaderAt(point));
      case FOLLOWER -> !node.equals(leaderAt(point));
      default -> true;
    };
  }

  private String leaderAt(int point) {
    String leader = "";
    for (int i = 0; i < acks.size() && ackPoints.get(i) <= point; i++) {
      String ack = acks.get(i);
      if (ack.startsWith(GroupChild.LEADER)) {
        leader = ack.substring(GroupChild.LEADER.length() + 1);
      }
    }
    return leader;
  }

  private boolean isChanging(int point) {
    int open = 0;
    for (int i = 0; i < acks.size() && ackPoints.get(i) <= point; i++) {
      String word = acks.get(i).split(" ", 2)[0];
      open += word.equals(GroupChild.CHANGES) ? 1 : word.equals(GroupChild.CHANGED) ? -1 : 0;
    }
    return open > 0;
  }

  private static Pattern events(Activity activity, String node) {
    String raft = node + "/raft/[^/]+/";
    return Pattern.compile(
        switch (activity) {
          case APPEND -> "(WRITE|SYNC_BEGIN|SYNC_END) " + raft + "current/log_.*";
          case APPLY -> "WRITE " + node + "/store/gen-[0-9]+/[0-9]+[.]log";
          case DIRECT -> "(WRITE|SYNC_BEGIN|SYNC_END) " + node + "/local/gen-[0-9]+/[0-9]+[.]log";
          case FLUSH -> "[A-Z_]+ " + node + "/store/gen-[0-9]+/[0-9]+[.]sst";
          case CHECKPOINT -> "[A-Z_]+ " + raft + "sm/unfinished-checkpoint.*";
          case PURGE -> "UNLINK " + raft + "current/log_[0-9]+-[0-9]+";
          case INSTALL -> "[A-Z_]+ (" + raft + "tmp/.*|" + node + "/store/gen-0*[2-9].*)";
          case MEMBERS -> "[A-Z_]+ " + raft + "(current/.*|sm/.*|tmp/.*)";
          case START -> "[A-Z_]+ " + node + "/.*";
          default -> "nothing";
        });
  }

  /** Rebuilds the state of a crash and judges it; what is wrong, or an empty text. */
  String judge(Crash crash) throws IOException {
    Path found = folder.resolve("found");
    materialize(crash, found);
    try {
      List<String> acknowledged = before.isEmpty() ? texts(crash.state()) : before;
      String wrong = new GroupVerdict(mode, script).of(found, acknowledged);
      return wrong.isEmpty() ? "" : wrong + " [" + mode + ", " + crash + "]";
    } finally {
      delete(found);
    }
  }

  /* Those who keep their power lose their process at the same moment. */
  private void materialize(Crash crash, Path into) throws IOException {
    crash.state().materialize(into);
    if (crash.lossy().size() < GroupScript.REPLICAS) {
      Path killed = Files.createTempDirectory(folder, "killed");
      run.crashAt(crash.point(), DirectoryModel.ORDERED, Survivors.ALL, 0).materialize(killed);
      for (int i = 1; i <= GroupScript.REPLICAS; i++) {
        if (!crash.lossy().contains("n" + i)) {
          delete(into.resolve("n" + i));
          Files.move(killed.resolve("n" + i), into.resolve("n" + i));
        }
      }
      delete(killed);
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
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
