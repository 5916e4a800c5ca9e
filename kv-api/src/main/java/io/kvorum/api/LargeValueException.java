// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.HexFormat;

/**
 * The value was written as a stream and is not loaded into an array. Read it with {@link
 * ReplicatedKv#openStream}.
 *
 * <pre>{@code
 * try {
 *   byte[] value = kv.get(key);
 *   return value == null ? 0 : value.length;
 * } catch (LargeValueException e) {
 *   return e.length(); // openStream reads it
 * }
 * }</pre>
 */
public final class LargeValueException extends KvException {

  private static final long serialVersionUID = 1L;

  /** A key may have 64 KiB: enough of it to know it by. */
  private static final int SHOWN_BYTES = 64;

  private final long length;

  public LargeValueException(byte[] key, long length) {
    super(
        "the value of key "
            + HexFormat.of().formatHex(key, 0, Math.min(key.length, SHOWN_BYTES))
            + (key.length > SHOWN_BYTES ? "..." : "")
            + " is a large one of "
            + length
            + " bytes, which is not loaded into an array; read it with openStream");
    this.length = length;
  }

  /** Of the value, in bytes. */
  public long length() {
    return length;
  }
}
