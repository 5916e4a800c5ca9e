// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

/**
 * The read timestamp lies below the watermark: its versions may be gone.
 *
 * <pre>{@code
 * try {
 *   return store.getAt(key, timestamp);
 * } catch (ReadTimestampCompactedException e) { // too long ago: the oldest that is left
 *   return store.getAt(key, e.oldestReadable());
 * }
 * }</pre>
 */
public final class ReadTimestampCompactedException extends KvException {

  private static final long serialVersionUID = 1L;

  private final long oldestReadable;

  public ReadTimestampCompactedException(long readTs, long oldestReadable) {
    super(
        "read timestamp "
            + readTs
            + " was compacted; the oldest that can be read is "
            + oldestReadable);
    this.oldestReadable = oldestReadable;
  }

  /** The lowest timestamp that can be read now. */
  public long oldestReadable() {
    return oldestReadable;
  }
}
