// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import io.kvorum.fsm.CheckpointCheck;
import io.kvorum.store.DirectoryLock;
import io.kvorum.store.check.StoreCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Verifies the data directory of a replica that is not running: both of its stores and all finished
 * checkpoints, against the specification of their bytes. It changes nothing. The Raft log is not
 * read; a start of the replica does that.
 *
 * <pre>{@code
 * for (ReplicaCheck.Part part : ReplicaCheck.check(dir)) { // the replica is closed
 *   for (String problem : part.report().problems()) {
 *     problems.add(part.path() + ": " + problem);
 *   }
 * }
 * }</pre>
 */
public final class ReplicaCheck {

  private ReplicaCheck() {}

  /** What was found in one part of the data directory. */
  public record Part(Path path, StoreCheck.Report report) {}

  /** Whether the directory is laid out as a replica's. */
  public static boolean isReplica(Path dir) {
    return Files.isDirectory(dir.resolve("raft")) && Files.isDirectory(dir.resolve("store"));
  }

  /**
   * Checks every part, also after one that is broken.
   *
   * @throws io.kvorum.api.StoreLockedException if the replica, or one of its stores, is open
   * @throws InvalidArgumentException if there is no replica's data
   * @throws StoreFailedException if a file cannot be read
   */
  public static List<Part> check(Path dir) {
    if (!isReplica(dir)) {
      throw new InvalidArgumentException(dir + " is no replica's data directory");
    }
    try (DirectoryLock lock = DirectoryLock.takeExisting(dir)) {
      List<Part> parts = new ArrayList<>();
      for (String store : List.of("store", "local")) {
        Path path = dir.resolve(store);
        parts.add(part(path, () -> store(path)));
      }
      for (Path checkpoint : checkpoints(dir.resolve("raft"))) {
        parts.add(part(checkpoint, () -> checkpoint(checkpoint)));
      }
      return parts;
    } catch (IOException e) {
      throw new StoreFailedException(dir + " cannot be checked: " + e.getMessage(), e);
    }
  }

  private static Part part(Path path, Supplier<StoreCheck.Report> check) {
    try {
      return new Part(path, check.get());
    } catch (StoreCorruptException e) {
      return new Part(path, broken(e));
    }
  }

  private static StoreCheck.Report store(Path path) {
    try {
      return StoreCheck.check(path);
    } catch (InvalidArgumentException e) { // a replica that has run has both
      return broken(e);
    }
  }

  private static StoreCheck.Report checkpoint(Path path) {
    Path database;
    try {
      database = CheckpointCheck.verify(path);
    } catch (IOException e) {
      return broken(e);
    }
    return StoreCheck.checkDatabase(database);
  }

  private static StoreCheck.Report broken(Exception e) {
    return new StoreCheck.Report(0, 0, List.of(String.valueOf(e.getMessage())));
  }

  /* Ratis keeps what belongs to a group in a directory named by its id. */
  private static List<Path> checkpoints(Path raft) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> groups = Files.list(raft)) {
      for (Path group : groups.sorted().toList()) {
        found.addAll(CheckpointCheck.checkpoints(group.resolve("sm")));
      }
    }
    return found;
  }
}
