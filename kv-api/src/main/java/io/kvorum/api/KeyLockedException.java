// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.HexFormat;

/**
 * A key of the write is locked by a transaction that has been prepared and may still commit.
 * Nothing was written: try again a little later.
 *
 * <p>Example: {@link KvException}.
 */
public final class KeyLockedException extends KvException {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN_KEY_BYTES = 64;

  private final byte[] key;

  public KeyLockedException(byte[] key) {
    super(
        "key "
            + HexFormat.of().formatHex(key, 0, Math.min(key.length, SHOWN_KEY_BYTES))
            + (key.length > SHOWN_KEY_BYTES ? "..." : "")
            + " is locked by a prepared transaction; try again when it has ended");
    this.key = key.clone();
  }

  /** The first locked key that was met; a fresh array. */
  public byte[] key() {
    return key.clone();
  }
}
