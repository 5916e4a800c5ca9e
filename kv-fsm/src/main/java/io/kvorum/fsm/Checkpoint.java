// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;

/**
 * A directory {@code checkpoint-TERM_INDEX} with the store's files in {@code store/} and a
 * manifest.
 */
record Checkpoint(Path dir, CheckpointManifest manifest) {

  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,19})_(\\d{1,19})");

  static String name(LogPosition position) {
    return "checkpoint-" + position.term() + "_" + position.index();
  }

  /** The position that a directory's name tells; empty when it is no checkpoint's name. */
  static Optional<LogPosition> positionOf(Path dir) {
    Matcher matcher = NAME.matcher(dir.getFileName().toString());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      long term = Long.parseLong(matcher.group(1));
      return Optional.of(new LogPosition(term, Long.parseLong(matcher.group(2))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Where the store's own files are below a checkpoint's directory. */
  static Path storeDir(Path dir) {
    return dir.resolve("store");
  }

  /** Reads the checkpoint and all its files; an {@link IOException} names what is damaged. */
  static Checkpoint verified(Path dir) throws IOException {
    CheckpointManifest manifest = CheckpointManifest.read(dir);
    if (!positionOf(dir).equals(Optional.of(manifest.position()))) {
      throw new IOException(dir + " holds a manifest of another position: " + manifest.position());
    }
    manifest.verify(dir);
    return new Checkpoint(dir, manifest);
  }

  LogPosition position() {
    return manifest.position();
  }

  TermIndex termIndex() {
    return TermIndex.valueOf(position().term(), position().index());
  }

  Path storeDir() {
    return storeDir(dir);
  }

  /** What Ratis sends to a follower: every file, the manifest last. */
  SnapshotInfo toSnapshot() throws IOException {
    List<FileInfo> files = new ArrayList<>();
    for (CheckpointManifest.Entry entry : manifest.files()) {
      files.add(new FileInfo(dir.resolve(entry.path()), MD5Hash.newInstance(entry.md5())));
    }
    Path manifestFile = dir.resolve(CheckpointManifest.FILE_NAME);
    files.add(new FileInfo(manifestFile, MD5FileUtil.computeMd5ForFile(manifestFile.toFile())));
    return new FileListSnapshotInfo(files, termIndex());
  }
}
