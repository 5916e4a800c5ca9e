// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LogPosition;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.api.StoreFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one replica, in the directory that Ratis calls the state machine's.
 *
 * <p>Invariants: (1) a directory with a checkpoint's name and a manifest is complete and durable,
 * because it got that name last; (2) the newest verified checkpoint is never deleted; (3) the store
 * itself is never in here, because Ratis replaces the whole directory when it installs.
 *
 * <p>Threads: {@link #getLatestSnapshot} may be called from any; the rest by one at a time.
 */
final class CheckpointStorage implements StateMachineStorage {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStorage.class);

  private static final String UNFINISHED = "unfinished-checkpoint";
  private static final int DEFAULT_RETENTION = 2;

  private record Newest(Checkpoint checkpoint, SnapshotInfo snapshot) {}

  private final Rename rename;

  // Set by init.
  private Path dir = Path.of("");
  private Path receivingDir = Path.of("");

  private volatile @Nullable Newest newest;

  CheckpointStorage() {
    this(DurableFiles::rename);
  }

  /** For tests: with a step that may fail. */
  CheckpointStorage(Rename rename) {
    this.rename = rename;
  }

  /** Gives a finished checkpoint its name, durably on return. */
  interface Rename {
    void rename(Path from, Path to) throws IOException;
  }

  /** Finds the directories and removes what a crash left half done. */
  @Override
  public void init(RaftStorage storage) throws IOException {
    init(
        storage.getStorageDir().getStateMachineDir().toPath(),
        storage.getStorageDir().getTmpDir().toPath());
  }

  /**
   * As {@link #init(RaftStorage)}.
   *
   * @param stateMachineDir where finished checkpoints are; created if it is not there
   * @param tmpDir where Ratis collects the files of a checkpoint that it receives
   */
  void init(Path stateMachineDir, Path tmpDir) throws IOException {
    dir = stateMachineDir;
    receivingDir = tmpDir;
    bringBackReplaced();
    Files.createDirectories(dir);
    for (Path entry : DurableFiles.list(dir)) {
      boolean checkpoint = Checkpoint.positionOf(entry).isPresent();
      if (!checkpoint || !Files.exists(entry.resolve(CheckpointManifest.FILE_NAME))) {
        DurableFiles.deleteTree(entry);
      }
    }
    for (Path entry : DurableFiles.list(receivingDir)) {
      DurableFiles.deleteTree(entry);
    }
    DurableFiles.sync(dir);
  }

  /**
   * Reads all checkpoints, newest first, until one verifies, which is the newest from then on.
   *
   * @param held what the store has applied
   * @return whether a damaged one was passed over
   * @throws StoreCorruptException if a damaged one is ahead of the store: the log may have been cut
   *     for it, so that nothing here can replace it
   */
  boolean load(LogPosition held) throws IOException {
    boolean damaged = false;
    newest = null;
    for (Path each : newestFirst()) {
      try {
        accept(Checkpoint.verified(each));
        return damaged;
      } catch (IOException e) {
        damaged = true;
        if (Checkpoint.positionOf(each).orElseThrow().index() > held.index()) {
          throw new StoreCorruptException(
              "the checkpoint "
                  + each
                  + " is damaged ("
                  + e.getMessage()
                  + ") and the store, which has applied up to "
                  + held
                  + ", does not reach it. Move this replica's data directory away and start it"
                  + " again: it gets a copy from the other replicas",
              e);
        }
        LOG.warn("the checkpoint {} is damaged and passed over: {}", each, e.getMessage());
      }
    }
    return damaged;
  }

  /** The newest checkpoint that was verified or written here. */
  Optional<Checkpoint> newest() {
    Newest current = newest;
    return current == null ? Optional.empty() : Optional.of(current.checkpoint());
  }

  /** Writes a checkpoint of the store, durable on return, as the newest. */
  Checkpoint write(CheckpointableStore store) throws IOException {
    return finish(begin(store));
  }

  /**
   * The first part of {@link #write}, for which the store must hold still: links to its files. A
   * crash before {@link #finish} has returned leaves no checkpoint.
   *
   * @return the position that it holds, for {@link #finish}
   */
  LogPosition begin(CheckpointableStore store) throws IOException {
    Path unfinished = dir.resolve(UNFINISHED);
    DurableFiles.deleteTree(unfinished);
    Files.createDirectories(unfinished);
    LogPosition position = store.checkpoint(Checkpoint.storeDir(unfinished));
    if (position.isAfter(store.durablePosition())) { // D4: the log is cut up to what is reported
      throw new StoreFailedException(
          "the checkpoint holds the log up to "
              + position
              + ", the store is durable only up to "
              + store.durablePosition(),
          null);
    }
    return position;
  }

  /** The second part of {@link #write}, which needs no store; durable on return. */
  Checkpoint finish(LogPosition position) throws IOException {
    Path unfinished = dir.resolve(UNFINISHED);
    CheckpointManifest manifest =
        CheckpointManifest.describe(unfinished, position, newest().orElse(null));
    DurableFiles.write(unfinished.resolve(CheckpointManifest.FILE_NAME), manifest.encode());
    DurableFiles.sync(unfinished);
    Path finished = dir.resolve(Checkpoint.name(position));
    // Only a damaged one can be in the way: a sound one at this position would have been kept.
    DurableFiles.deleteTree(finished);
    rename.rename(unfinished, finished);
    Checkpoint checkpoint = new Checkpoint(finished, manifest);
    accept(checkpoint);
    return checkpoint;
  }

  /** Makes durable what Ratis has received and is about to rename, which it does not fsync. */
  void syncReceived() throws IOException {
    if (Files.isDirectory(receivingDir)) {
      DurableFiles.syncTree(receivingDir);
    }
  }

  /** Makes durable the renames that Ratis has made, which it does not fsync. */
  void syncInstalled() throws IOException {
    DurableFiles.sync(dir);
    DurableFiles.sync(dir.toAbsolutePath().resolveSibling("."));
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    Newest current = newest;
    return current == null ? null : current.snapshot();
  }

  /** Deletes the oldest checkpoints; the newest verified one, and newer ones, stay. */
  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
    Newest current = newest;
    if (current == null) {
      return;
    }
    int retained = policy.getNumSnapshotsRetained();
    int kept = 0;
    for (Path each : newestFirst()) {
      LogPosition position = Checkpoint.positionOf(each).orElseThrow();
      boolean old = current.checkpoint().position().isAfter(position);
      kept++;
      if (old && kept > (retained > 0 ? retained : DEFAULT_RETENTION)) {
        // Without its manifest it is no checkpoint any more, wherever the rest of this stops.
        Files.deleteIfExists(each.resolve(CheckpointManifest.FILE_NAME));
        DurableFiles.deleteTree(each);
      }
    }
  }

  @Override
  public void format() throws IOException {
    throw new IOException("the checkpoints of a replica are never formatted away: " + dir);
  }

  private void accept(Checkpoint checkpoint) throws IOException {
    checkpoint.manifest().removeUnlisted(checkpoint.dir());
    newest = new Newest(checkpoint, checkpoint.toSnapshot());
  }

  private List<Path> newestFirst() throws IOException {
    return checkpointsIn(dir).stream()
        .sorted(
            Comparator.comparing((Path each) -> Checkpoint.positionOf(each).orElseThrow())
                .reversed())
        .toList();
  }

  private static List<Path> checkpointsIn(Path dir) throws IOException {
    return DurableFiles.list(dir).stream()
        .filter(each -> Checkpoint.positionOf(each).isPresent())
        .toList();
  }

  /*
   * Ratis installs by renaming this directory to "<name>.tmp<date>", the received one to <name>,
   * and deleting the first. After a crash between the two renames the checkpoints are in the first.
   */
  private void bringBackReplaced() throws IOException {
    Path parent = dir.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    String prefix = dir.getFileName() + ".tmp";
    for (Path sibling : DurableFiles.list(parent)) {
      if (!sibling.getFileName().toString().startsWith(prefix)) {
        continue;
      }
      if (checkpointsIn(dir).isEmpty() && !checkpointsIn(sibling).isEmpty()) {
        DurableFiles.deleteTree(dir);
        DurableFiles.rename(sibling, dir);
      } else {
        DurableFiles.deleteTree(sibling);
      }
    }
  }
}
