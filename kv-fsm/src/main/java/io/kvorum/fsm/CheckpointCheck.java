// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Verifies the checkpoints of a replica that is not running. It changes nothing. */
public final class CheckpointCheck {

  private CheckpointCheck() {}

  /**
   * The finished checkpoints in the state machine's directory, by name; none if it is missing. One
   * without a manifest is what a crash left of an unfinished one, and is not among them.
   */
  public static List<Path> checkpoints(Path stateMachineDir) throws IOException {
    if (!Files.isDirectory(stateMachineDir)) {
      return List.of();
    }
    return DurableFiles.list(stateMachineDir).stream()
        .filter(dir -> Checkpoint.positionOf(dir).isPresent())
        .filter(dir -> Files.exists(dir.resolve(CheckpointManifest.FILE_NAME)))
        .sorted()
        .toList();
  }

  /**
   * Reads the manifest and every file of a checkpoint.
   *
   * @return the database in it, whose files are what the manifest says
   * @throws IOException naming the first file that differs
   */
  public static Path verify(Path checkpoint) throws IOException {
    return Checkpoint.verified(checkpoint).storeDir();
  }
}
