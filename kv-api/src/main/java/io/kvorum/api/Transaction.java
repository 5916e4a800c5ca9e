// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A serializable transaction while its body runs, see {@link ReplicatedKv#transact}.
 *
 * <p>It reads one snapshot and its own writes on top. What it reads and scans is remembered, absent
 * keys and the gaps in a range too: when it commits, nothing of that may have changed since, so the
 * snapshot was the newest as far as it looked. Of a run that commits nothing that is not certain
 * while it runs, and is found out before its result counts. Whether a value has expired is judged
 * at the snapshot's timestamp, and not again at the commit. Writes are kept until then and seen by
 * nobody else.
 *
 * <p>Used by the thread that runs the body, and only while it runs: afterwards every call but
 * {@link #readTimestamp} is an {@link IllegalStateException}. A read in a body that runs for longer
 * than the node's retention may be a {@link ReadTimestampCompactedException}. Arrays are copied
 * before a call returns, and are the caller's when they are returned.
 *
 * <p>A call that would exceed a limit (keys, bytes, ranges; the message names it) is an {@link
 * InvalidArgumentException}, and changes nothing.
 *
 * <pre>{@code
 * boolean claimed =
 *     kv.transact(
 *         tx -> {
 *           if (tx.get(name) != null) {
 *             return false; // somebody has it; what writes nothing costs no log entry
 *           }
 *           tx.put(name, id);
 *           tx.put(count, next(tx.get(count)));
 *           return true;
 *         });
 * }</pre>
 */
public interface Transaction {

  /** The timestamp of the snapshot that it reads. */
  long readTimestamp();

  /**
   * The value that this transaction sees; null when there is none.
   *
   * @throws LargeValueException if it is a large value; that counts as read
   */
  byte @Nullable [] get(byte[] key);

  /**
   * The first {@code limit} keys of the range that this transaction sees, ascending. Only what was
   * looked at counts as read: the range up to the last key, if the limit was reached.
   */
  List<KeyValue> scan(KeyRange range, int limit);

  /** Writes a value that never expires. */
  default void put(byte[] key, byte[] value) {
    put(key, value, 0);
  }

  /** Writes a value that is invisible from the timestamp {@code expireAt} on; 0 for never. */
  void put(byte[] key, byte[] value, long expireAt);

  /** Deletes one key, whether or not it exists. */
  void delete(byte[] key);

  /**
   * Asks for the commit: the listener is called with it once the transaction has committed, before
   * {@code transact} returns or the future of {@code transactAsync} completes, on the thread of the
   * one and on one of the library's for the other. It is never called for a run that did not
   * commit, nor for a transaction that wrote nothing. What it throws, {@code transact} throws; the
   * transaction is committed then. A listener that is set again replaces the earlier one.
   */
  void onCommit(Consumer<Commit> listener);
}
