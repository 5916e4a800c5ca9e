// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each model and each kind of survivor shows of plain files. */
final class PlainFilesTest {

  @TempDir static Path folder;
  private static RecordedRun run;
  private static int next;

  @BeforeAll
  static void record() throws Exception {
    Recording.assumeAvailable();
    run = Recording.of(PlainFilesChild.class, folder);
  }

  @Test
  void acknowledgementsComeInOrder() {
    CrashState end = run.crashAt(run.eventCount(), DirectoryModel.STRICT, Survivors.NONE, 1);
    assertThat(end.acknowledged().stream().map(a -> new String(a, StandardCharsets.UTF_8)))
        .containsExactly(
            "synced",
            "unsynced",
            "truncated",
            "truncation synced",
            "renamed",
            "rename synced",
            "end");
  }

  @Test
  void control_acknowledgedButUnsyncedBytesAreLost() throws IOException {
    CrashState state = after(1, DirectoryModel.STRICT, Survivors.NONE, 1);
    assertThat(state.lostBytes()).isEqualTo(10_000);
    assertThat(read(state, "a")).isEqualTo("x".repeat(10_000));
  }

  @Test
  void whatWasSyncedIsFoundAfterACrashAnywhere() throws IOException {
    long seed = 1;
    // javadoc: RecordedRun
    for (int point : run.acknowledgementPoints()) {
      CrashState crash = run.crashAt(point, DirectoryModel.ORDERED, Survivors.NONE, seed);
      Path found = folder.resolve("crash-at-" + point);
      crash.materialize(found); // what crash.acknowledged() promises must be there
      assertThat(found.resolve("a")).exists();
    }
    // javadoc ends
  }

  @Test
  void deathOfTheProcessAloneLosesNothing() throws IOException {
    CrashState state = after(1, DirectoryModel.STRICT, Survivors.ALL, 1);
    assertThat(state.lostBytes()).isZero();
    assertThat(read(state, "a")).isEqualTo("x".repeat(10_000) + "y".repeat(10_000));
  }

  @Test
  void syncedBytesAlwaysSurviveAndTheLastWriteIsTornAnywhere() throws IOException {
    Set<Integer> lengths = new HashSet<>();
    for (int seed = 0; seed < 60; seed++) {
      String found = read(after(1, DirectoryModel.STRICT, Survivors.PREFIX, seed), "a");
      assertThat(found).startsWith("x".repeat(10_000));
      assertThat(found.substring(10_000)).isEqualTo("y".repeat(found.length() - 10_000));
      lengths.add(found.length());
    }
    assertThat(lengths).as("tears at many bytes").hasSizeGreaterThan(5);
  }

  @Test
  void pagesSurviveEachOnItsOwn() throws IOException {
    boolean hole = false;
    for (int seed = 0; seed < 200; seed++) {
      String found = read(after(1, DirectoryModel.STRICT, Survivors.PAGES, seed), "a");
      assertThat(found).startsWith("x".repeat(10_000)).matches("x+[y\0]*");
      hole |= found.indexOf('\0') >= 0 && found.lastIndexOf('y') > found.indexOf('\0');
    }
    assertThat(hole).as("a later page without an earlier one").isTrue();
  }

  @Test
  void aTruncationLastsOnceSynced() throws IOException {
    assertThat(read(after(2, DirectoryModel.STRICT, Survivors.NONE, 1), "a")).hasSize(10_000);
    assertThat(read(after(2, DirectoryModel.STRICT, Survivors.ALL, 1), "a")).hasSize(5_000);
    assertThat(read(after(3, DirectoryModel.STRICT, Survivors.NONE, 1), "a"))
        .isEqualTo("x".repeat(5_000));
  }

  @Test
  void aRenameNeedsTheSyncOfItsDirectory() throws IOException {
    // Under STRICT the created name b.tmp is not durable either: no sync of the root came after it.
    assertThat(names(after(4, DirectoryModel.STRICT, Survivors.NONE, 1))).containsExactly("a");
    // Under ORDERED the sync of the file carried its creation, and the rename came later.
    assertThat(names(after(4, DirectoryModel.ORDERED, Survivors.NONE, 1)))
        .containsExactly("a", "b.tmp");
    for (DirectoryModel model : DirectoryModel.values()) {
      CrashState state = after(5, model, Survivors.NONE, 1);
      assertThat(names(state)).containsExactly("a", "b");
      assertThat(read(state, "b")).isEqualTo("z".repeat(100));
    }
  }

  @Test
  void copiesLinksAndDeletionsAreFollowed() throws IOException {
    CrashState all = after(6, DirectoryModel.STRICT, Survivors.ALL, 1);
    assertThat(read(all, "d/copy")).isEqualTo("x".repeat(5_000));
    assertThat(read(all, "d/link")).isEqualTo("z".repeat(100));
    assertThat(names(all)).containsExactly("a", "d");
    CrashState none = after(6, DirectoryModel.STRICT, Survivors.NONE, 1);
    assertThat(names(none)).containsExactly("a", "b");
    assertThat(none.lostBytes()).isGreaterThanOrEqualTo(5_000);
  }

  @Test
  void theSameSeedGivesTheSameState() throws IOException {
    for (Survivors survivors : Survivors.values()) {
      assertThat(read(after(1, DirectoryModel.ORDERED, survivors, 7), "a"))
          .isEqualTo(read(after(1, DirectoryModel.ORDERED, survivors, 7), "a"));
    }
  }

  private static CrashState after(int ack, DirectoryModel model, Survivors survivors, long seed) {
    return run.crashAt(run.acknowledgementPoints().get(ack), model, survivors, seed);
  }

  private static Path found(CrashState state) throws IOException {
    Path directory = folder.resolve("found" + next++);
    state.materialize(directory);
    return directory;
  }

  private static String read(CrashState state, String name) throws IOException {
    return Files.readString(found(state).resolve(name), StandardCharsets.ISO_8859_1);
  }

  private static List<String> names(CrashState state) throws IOException {
    try (var files = Files.list(found(state))) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
