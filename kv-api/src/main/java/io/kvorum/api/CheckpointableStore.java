// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.nio.file.Path;

/**
 * A store that can be copied to files on disk and replaced by such a copy: what a replica needs
 * beyond {@link MvccStore}. Only a replica calls these methods.
 */
public interface CheckpointableStore extends MvccStore {

  /**
   * Writes a complete copy of the store into {@code dir}, which must not exist and whose parent
   * must. Runs beside reads and writes. On return every file of the copy is fsynced, {@code dir}
   * itself too (not its parent), and the store's own applied position is durable at or above the
   * one returned.
   *
   * @return the applied position the copy holds
   * @throws StoreFailedException if it could not be written; {@code dir} may then hold a part
   */
  LogPosition checkpoint(Path dir);

  /**
   * Replaces the whole content, applied position included, with the copy in {@code dir}, which is
   * left as it is. All or nothing, through a crash at any point too. Open cursors and snapshots are
   * closed. Durable on return.
   *
   * @throws StoreCorruptException if the copy cannot be opened; the old content stays
   */
  void installCheckpoint(Path dir);
}
