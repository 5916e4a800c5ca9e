// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvorum.testkit.powerloss.CrashState;
import io.kvorum.testkit.powerloss.DirectoryModel;
import io.kvorum.testkit.powerloss.RecordedRun;
import io.kvorum.testkit.powerloss.Recording;
import io.kvorum.testkit.powerloss.Survivors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed before it has fsynced what it wrote to the Raft log, the next one starts, and
 * then the power is lost. Ratis counts as fsynced what it finds at a start.
 */
final class RaftLogStartTest {

  @TempDir static Path folder;
  private static RecordedRun run;

  @BeforeAll
  static void record() throws Exception {
    Recording.assumeAvailable();
    run = Recording.of(RaftLogStartChild.class, folder);
  }

  @Test
  void whatAStartHasFoundIsThereAfterALossOfPower() throws IOException {
    Path found = folder.resolve("found");
    after(1).materialize(found);
    assertThat(found.resolve(RaftLogStartChild.SEGMENT)).hasContent(RaftLogStartChild.CONTENT);
  }

  @Test
  void control_beforeTheStartItIsLost() throws IOException {
    Path found = folder.resolve("lost");
    CrashState before = after(0);
    before.materialize(found);
    assertThat(before.lostBytes()).isEqualTo(RaftLogStartChild.CONTENT.length());
    assertThat(Files.exists(found.resolve(RaftLogStartChild.SEGMENT))).isFalse();
  }

  private static CrashState after(int acknowledgement) {
    int point = run.acknowledgementPoints().get(acknowledgement);
    return run.crashAt(point, DirectoryModel.ORDERED, Survivors.NONE, 1);
  }
}
