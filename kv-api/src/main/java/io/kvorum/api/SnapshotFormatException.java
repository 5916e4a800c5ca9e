// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * A snapshot stream was refused: empty, cut, damaged, or of a newer version. Nothing was changed.
 *
 * <pre>{@code
 * try (InputStream in = Files.newInputStream(file)) {
 *   copy.restore(in);
 *   return true;
 * } catch (SnapshotFormatException e) { // cut or damaged: the store is as it was
 *   return false;
 * }
 * }</pre>
 */
public final class SnapshotFormatException extends KvException {

  private static final long serialVersionUID = 1L;

  public SnapshotFormatException(String message) {
    super(message);
  }

  public SnapshotFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
