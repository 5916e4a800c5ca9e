// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.HexFormat;

/**
 * Somebody else committed to a key after the refused write's start timestamp. Nothing was written:
 * read again and try again.
 *
 * <pre>{@code
 * byte[] read = store.getAt(key, startTs);
 * Mutation write = Mutation.put(key, longer(read));
 * try {
 *   store.applyMutations(List.of(write), List.of(key), startTs, store.lastCommitTs() + 1);
 *   return true; // and nobody has changed it since it was read
 * } catch (WriteConflictException e) { // somebody has changed e.key(): read again
 *   return false;
 * }
 * }</pre>
 */
public final class WriteConflictException extends KvException {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN_KEY_BYTES = 64;

  private final ConflictKind kind;
  private final byte[] key;

  public WriteConflictException(ConflictKind kind, byte[] key, long startTs, long latestCommitTs) {
    this(
        kind,
        key,
        "its latest commit timestamp "
            + latestCommitTs
            + " is above the start timestamp "
            + startTs
            + "; read again at a newer timestamp and retry");
  }

  /** Of a transaction whose reads were checked elsewhere. */
  public WriteConflictException(ConflictKind kind, byte[] key) {
    this(kind, key, "it has changed since the transaction began; run the transaction again");
  }

  private WriteConflictException(ConflictKind kind, byte[] key, String why) {
    super(
        "conflict on "
            + (kind == ConflictKind.WRITE ? "written" : "read")
            + " key "
            + HexFormat.of().formatHex(key, 0, Math.min(key.length, SHOWN_KEY_BYTES))
            + (key.length > SHOWN_KEY_BYTES ? "..." : "")
            + ": "
            + why);
    this.kind = kind;
    this.key = key.clone();
  }

  /** The first key in conflict, in the order the keys were checked. */
  public byte[] key() {
    return key.clone();
  }

  /** Whether that key was to be written or had been read. */
  public ConflictKind kind() {
    return kind;
  }
}
