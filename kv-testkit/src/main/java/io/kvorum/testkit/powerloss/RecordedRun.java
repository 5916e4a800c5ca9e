// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a recorded child did, as a source of crash states. Holds everything the child wrote in
 * memory. Immutable; all threads.
 *
 * <pre>{@code
 * for (int point : run.acknowledgementPoints()) {
 *   CrashState crash = run.crashAt(point, DirectoryModel.ORDERED, Survivors.NONE, seed);
 *   Path found = folder.resolve("crash-at-" + point);
 *   crash.materialize(found); // what crash.acknowledged() promises must be there
 *   assertThat(found.resolve("a")).exists();
 * }
 * }</pre>
 */
public final class RecordedRun {

  private final List<Event> events;
  private final History history;

  private RecordedRun(List<Event> events, History history) {
    this.events = events;
    this.history = history;
  }

  /**
   * Reads a record after its child has ended, in whatever way it ended.
   *
   * @throws IOException if the file cannot be read or is not the record of a recorded child
   */
  public static RecordedRun read(Path log) throws IOException {
    List<Event> events = List.copyOf(EventLog.read(log));
    return new RecordedRun(events, new History(events, path -> false));
  }

  /**
   * The same run on a medium that ignores the syncs of some files: for the control of a test, which
   * must find what is lost then.
   *
   * @param files chosen by the path they were created under, relative to the root
   */
  public RecordedRun ignoringSyncsOf(Predicate<String> files) throws IOException {
    return new RecordedRun(events, new History(events, files));
  }

  /** How many events were recorded; crash points are 0 to this number, inclusive. */
  public int eventCount() {
    return events.size();
  }

  /** The crash points right after each acknowledgement, in order. */
  public List<Integer> acknowledgementPoints() {
    List<Integer> points = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).kind() == Event.Kind.ACK) {
        points.add(i + 1);
      }
    }
    return points;
  }

  /**
   * The crash points right before the events whose text matches as a whole. The text is what
   * happens (CREATE, WRITE, TRUNCATE, ALLOCATE, SYNC_BEGIN, SYNC_END, RENAME, LINK, UNLINK, MKDIR,
   * RMDIR) and the path, relative to the root: where the file was created, and for RENAME and LINK
   * where from and where to.
   */
  public List<Integer> pointsAt(Pattern text) {
    List<Integer> points = new ArrayList<>();
    Map<Long, String> paths = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      String path =
          switch (event.kind()) {
            case CREATE, MKDIR, UNLINK, RMDIR -> text(event.first());
            case RENAME, LINK -> text(event.first()) + " " + text(event.second());
            default -> paths.getOrDefault(event.file(), "");
          };
      if (event.kind() == Event.Kind.CREATE || event.kind() == Event.Kind.MKDIR) {
        paths.put(event.file(), path);
      }
      if (text.matcher(event.kind() + " " + path).matches()) {
        points.add(i);
      }
    }
    return points;
  }

  /**
   * The state after a power loss between two events.
   *
   * @param point number of events that had happened, 0 to {@link #eventCount}
   * @param seed decides what {@link Survivors#PREFIX} and {@link Survivors#PAGES} keep
   */
  public CrashState crashAt(int point, DirectoryModel model, Survivors survivors, long seed) {
    if (point < 0 || point > events.size()) {
      throw new IllegalArgumentException(
          "crash point " + point + " is outside 0.." + events.size());
    }
    List<byte[]> acknowledged = new ArrayList<>();
    for (Event event : events.subList(0, point)) {
      if (event.kind() == Event.Kind.ACK) {
        acknowledged.add(event.first());
      }
    }
    String description =
        "crash at event "
            + point
            + " of "
            + events.size()
            + ", "
            + model
            + ", "
            + survivors
            + ", seed "
            + seed;
    Cut cut = new Cut(history, point, model, survivors, seed);
    return new CrashState(history, cut, description, List.copyOf(acknowledged));
  }

  private static String text(byte[] path) {
    return new String(path, StandardCharsets.UTF_8);
  }

  /** Files, relative to the root, whose data went through C's {@code FILE} and is not known. */
  public Set<String> unrecordedFiles() {
    return Set.copyOf(history.unrecordedFiles);
  }
}
