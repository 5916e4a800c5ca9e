// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import org.jspecify.annotations.Nullable;

/**
 * A snapshot stream was refused: empty, cut, damaged, or of a newer version. Nothing was changed.
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
