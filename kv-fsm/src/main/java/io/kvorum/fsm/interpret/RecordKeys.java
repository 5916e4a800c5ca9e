// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyRange;
import io.kvorum.fsm.wire.TransactionId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The keys of the state records, see the package's grammar. */
final class RecordKeys {

  static final byte WRITE_LOCK = 'K';
  static final byte READ_LOCK = 'L';
  static final byte RANGE_LOCK = 'R';
  static final byte DUE = 'T';
  static final byte TOTALS = 'c';
  static final byte OUTCOMES = 'o';
  static final byte SESSION = 's';
  static final byte SWEEP = 'g';
  static final byte UPLOAD = 'u';
  static final byte LARGE_VERSION = 'v';
  static final byte COMMITS = 'w';
  static final byte TRANSACTION = 'x';

  private static final int ID_BYTES = 2 * Long.BYTES;

  private RecordKeys() {}

  static byte[] totals() {
    return new byte[] {TOTALS};
  }

  // ---- locks ---------------------------------------------------------------------------------

  static byte[] lock(byte space, byte[] userKey) {
    return ByteBuffer.allocate(1 + userKey.length).put(space).put(userKey).array();
  }

  static byte[] userKeyOfLock(byte[] lockKey) {
    return Arrays.copyOfRange(lockKey, 1, lockKey.length);
  }

  /** The locks of one space on the keys of a range. */
  static KeyRange locks(byte space, KeyRange range) {
    byte[] end = range.end();
    return KeyRange.of(
        range.start() == null ? new byte[] {space} : lock(space, range.start()),
        end == null ? new byte[] {(byte) (space + 1)} : lock(space, end));
  }

  static byte[] rangeLock(TransactionId id, int ordinal) {
    return ByteBuffer.allocate(1 + ID_BYTES + Integer.BYTES)
        .put(RANGE_LOCK)
        .putLong(id.high())
        .putLong(id.low())
        .putInt(ordinal)
        .array();
  }

  static TransactionId holderOfRangeLock(byte[] key) {
    ByteBuffer bytes = ByteBuffer.wrap(key, 1, ID_BYTES);
    return new TransactionId(bytes.getLong(), bytes.getLong());
  }

  // ---- transactions, sessions ----------------------------------------------------------------

  static byte[] transaction(TransactionId id) {
    return ByteBuffer.allocate(1 + ID_BYTES)
        .put(TRANSACTION)
        .putLong(id.high())
        .putLong(id.low())
        .array();
  }

  static byte[] session(long session) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(SESSION).putLong(session).array();
  }

  /** What a session remembers of a run of sequences, see {@link OutcomeTable}. */
  static byte[] outcomes(long session, long run) {
    return ByteBuffer.allocate(1 + ID_BYTES).put(OUTCOMES).putLong(session).putLong(run).array();
  }

  // ---- commits -------------------------------------------------------------------------------

  /** What was changed by commits, of which this is the last. */
  static byte[] commits(long highestTs) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(COMMITS).putLong(highestTs).array();
  }

  /** The first key after the record of these commits and all before it. */
  static byte[] commitsAfter(long highestTs) {
    return highestTs == Long.MAX_VALUE ? commitsEnd() : commits(highestTs + 1);
  }

  /** The first key after all such records. */
  static byte[] commitsEnd() {
    return new byte[] {COMMITS + 1};
  }

  static long commitsTs(byte[] commitsKey) {
    return ByteBuffer.wrap(commitsKey).getLong(1);
  }

  // ---- uploads and large values ----------------------------------------------------------------

  static byte[] upload(long upload) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(UPLOAD).putLong(upload).array();
  }

  static byte[] chunk(long upload, long number) {
    return ByteBuffer.allocate(1 + ID_BYTES).put(UPLOAD).putLong(upload).putLong(number).array();
  }

  /** The record of an upload, and behind it its chunks in order. */
  static KeyRange uploadWithChunks(long upload) {
    return KeyRange.of(upload(upload), upload(upload + 1)); // unsigned: behind the highest as well
  }

  static byte[] largeVersion(byte[] userKey, long commitTs) {
    return ByteBuffer.allocate(1 + userKey.length + Long.BYTES)
        .put(LARGE_VERSION)
        .put(userKey)
        .putLong(commitTs)
        .array();
  }

  static byte[] userKeyOfLargeVersion(byte[] largeVersionKey) {
    return Arrays.copyOfRange(largeVersionKey, 1, largeVersionKey.length - Long.BYTES);
  }

  static long commitTsOfLargeVersion(byte[] largeVersionKey) {
    return ByteBuffer.wrap(largeVersionKey).getLong(largeVersionKey.length - Long.BYTES);
  }

  static byte[] sweep() {
    return new byte[] {SWEEP};
  }

  // ---- due -----------------------------------------------------------------------------------

  /**
   * A record to look at, of a session, a transaction or an upload, once time has come to {@code
   * dueTs}.
   */
  static byte[] due(long dueTs, byte[] record) {
    return ByteBuffer.allocate(1 + Long.BYTES + record.length)
        .put(DUE)
        .putLong(dueTs)
        .put(record)
        .array();
  }

  static long dueTs(byte[] dueKey) {
    return ByteBuffer.wrap(dueKey).getLong(1);
  }

  static byte[] recordOfDue(byte[] dueKey) {
    return Arrays.copyOfRange(dueKey, 1 + Long.BYTES, dueKey.length);
  }

  static TransactionId transactionOf(byte[] transactionKey) {
    return holderOfRangeLock(transactionKey);
  }

  static long sessionOf(byte[] sessionKey) {
    return ByteBuffer.wrap(sessionKey).getLong(1);
  }

  static long uploadOf(byte[] uploadKey) {
    return ByteBuffer.wrap(uploadKey).getLong(1);
  }

  /** All records of one space. */
  static KeyRange all(byte space) {
    return KeyRange.of(new byte[] {space}, new byte[] {(byte) (space + 1)});
  }

  // ---- small values --------------------------------------------------------------------------

  static byte[] encode(TransactionId id) {
    return ByteBuffer.allocate(ID_BYTES).putLong(id.high()).putLong(id.low()).array();
  }

  /** The {@code n}th of the transactions in the value of a lock. */
  static TransactionId holder(byte[] value, int n) {
    ByteBuffer bytes = ByteBuffer.wrap(value, n * ID_BYTES, ID_BYTES);
    return new TransactionId(bytes.getLong(), bytes.getLong());
  }

  static int holders(byte[] value) {
    return value.length / ID_BYTES;
  }

  static byte[] encode(KeyRange range) {
    byte[] start = range.start();
    byte[] end = range.end();
    ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + length(start) + length(end));
    put(bytes, start);
    put(bytes, end);
    return bytes.array();
  }

  static KeyRange range(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    byte[] start = get(bytes);
    return new KeyRange(start, get(bytes));
  }

  private static int length(byte @Nullable [] bound) {
    return bound == null ? 0 : bound.length;
  }

  private static void put(ByteBuffer bytes, byte @Nullable [] bound) {
    bytes.putInt(bound == null ? -1 : bound.length);
    if (bound != null) {
      bytes.put(bound);
    }
  }

  private static byte @Nullable [] get(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length < 0) {
      return null;
    }
    byte[] bound = new byte[length];
    bytes.get(bound);
    return bound;
  }
}
