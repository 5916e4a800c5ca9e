// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.InvalidArgumentException;
import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import io.kvorum.fsm.wire.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * What a request may ask for at most. They are part of what a log means: every replica must refuse
 * the same requests, so they are no options.
 */
public final class InterpreterLimits {

  /** Most mutations and read keys of one transaction, together. */
  public static final int TRANSACTION_KEYS = 65_536;

  /** Most bytes of keys, values and bounds of one transaction. */
  public static final long TRANSACTION_BYTES = 32L << 20;

  /** Most ranges that one transaction has read. */
  public static final int READ_RANGES = 64;

  /** Most keys that were visible in one range that a transaction has read. */
  public static final int RANGE_KEYS = 100_000;

  /** Longest time for which a prepared transaction may hold its locks, if it expires at all. */
  public static final long LOCK_MILLIS = 10 * 60_000L;

  /** A transaction of two phases that began longer ago cannot be prepared any more. */
  public static final long TRANSACTION_AGE_MILLIS = 10 * 60_000L;

  /** How long a finished transaction is remembered: longer than one that is prepared can be old. */
  public static final long FINISHED_MILLIS = 2 * TRANSACTION_AGE_MILLIS;

  /** Most transactions that are prepared at the same time. */
  public static final int PREPARED_TRANSACTIONS = 1_024;

  /** Most sessions that are open at the same time. */
  public static final int SESSIONS = 4_096;

  /** How far a sequence may be above the lowest that is not acknowledged: what is remembered. */
  public static final int SESSION_WINDOW = 8_192;

  /** Shortest time to live of a session. */
  public static final long MIN_SESSION_MILLIS = 1_000;

  /** Longest time to live of a session. */
  public static final long MAX_SESSION_MILLIS = 24 * 3_600_000L;

  /** Most bytes of one chunk of an upload. */
  public static final int CHUNK_BYTES = 256 * 1024;

  /** Most uploads that are open at the same time. */
  public static final int UPLOADS = 1_024;

  /** Shortest time without progress after which an upload is given up. */
  public static final long MIN_UPLOAD_MILLIS = 1_000;

  /** Longest time without progress after which an upload is given up. */
  public static final long MAX_UPLOAD_MILLIS = 24 * 3_600_000L;

  private InterpreterLimits() {}

  /**
   * Checks the size of a transaction; its keys and values are checked by the store.
   *
   * @throws InvalidArgumentException naming the limit
   */
  public static void check(Transaction transaction) {
    long keys = (long) transaction.mutations().size() + transaction.readKeys().size();
    atMost(keys, TRANSACTION_KEYS, "mutations and read keys");
    atMost(transaction.readRanges().size(), READ_RANGES, "read ranges");
    long bytes = 0;
    for (Mutation mutation : transaction.mutations()) {
      bytes += mutation.key().length;
      bytes += mutation instanceof Mutation.Put put ? put.value().length : 0;
    }
    for (byte[] key : transaction.readKeys()) {
      bytes += key.length;
    }
    for (KeyRange range : transaction.readRanges()) {
      bytes += bound(range.start()) + bound(range.end());
    }
    atMost(bytes, TRANSACTION_BYTES, "bytes of keys and values");
  }

  /** The end of a range may be the first key after the longest. */
  private static int bound(byte @Nullable [] bound) {
    int length = bound == null ? 0 : bound.length;
    if (length > MvccStore.MAX_KEY_BYTES + 1) {
      throw new InvalidArgumentException(
          "the bound of a read range has "
              + length
              + " bytes, the limit is "
              + (MvccStore.MAX_KEY_BYTES + 1));
    }
    return length;
  }

  private static void atMost(long found, long limit, String what) {
    if (found > limit) {
      throw new InvalidArgumentException(
          "the transaction has " + found + " " + what + ", the limit is " + limit);
    }
  }

  static void between(long value, long min, long max, String what) {
    if (value < min || value > max) {
      throw new InvalidArgumentException(
          what + " is " + value + ", allowed are " + min + " to " + max);
    }
  }
}
