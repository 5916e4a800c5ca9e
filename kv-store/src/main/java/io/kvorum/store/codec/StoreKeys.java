// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The keys of the records of a store, see the package's grammar. */
public final class StoreKeys {

  /** The length of what tells the spaces apart. */
  public static final int SPACE_BYTES = 1;

  private static final byte NEWEST = 'n';
  private static final byte HISTORY = 'h';
  private static final byte GARBAGE = 'g';
  private static final byte PREFIX_DELETE = 'd';
  private static final byte STATE = 's';
  private static final byte UNDO = 'u';
  private static final int HISTORY_SUFFIX = 2 + Long.BYTES;

  private static final byte[] FORMAT = {'m', 'f'};
  private static final byte[] APPLIED = {'m', 'p'};
  private static final byte[] TIMESTAMPS = {'m', 't'};

  private StoreKeys() {}

  // ---- newest --------------------------------------------------------------------------------

  /** Where the newest version of the key stands. */
  public static byte[] newest(byte[] userKey) {
    byte[] key = new byte[1 + userKey.length];
    key[0] = NEWEST;
    System.arraycopy(userKey, 0, key, 1, userKey.length);
    return key;
  }

  /** Whether the record is a key's newest version. */
  public static boolean isNewest(byte[] recordKey) {
    return recordKey[0] == NEWEST;
  }

  /** The user key of a newest record. */
  public static byte[] userKeyOfNewest(byte[] newestKey) {
    return Arrays.copyOfRange(newestKey, 1, newestKey.length);
  }

  /** The first newest record at or after {@code start}; null: of all. */
  public static byte[] newestFrom(byte @Nullable [] start) {
    return start == null ? new byte[] {NEWEST} : newest(start);
  }

  /** The first key after the newest records before {@code end}; null: after all of them. */
  public static byte[] newestTo(byte @Nullable [] end) {
    return end == null ? new byte[] {NEWEST + 1} : newest(end);
  }

  // ---- state records ---------------------------------------------------------------------------

  /** Where a state record stands. */
  public static byte[] state(byte[] recordKey) {
    byte[] key = new byte[1 + recordKey.length];
    key[0] = STATE;
    System.arraycopy(recordKey, 0, key, 1, recordKey.length);
    return key;
  }

  /** The state machine's own key of a state record. */
  public static byte[] recordKeyOfState(byte[] stateKey) {
    return Arrays.copyOfRange(stateKey, 1, stateKey.length);
  }

  /** The first state record at or after {@code start}; null: of all. */
  public static byte[] stateFrom(byte @Nullable [] start) {
    return start == null ? new byte[] {STATE} : state(start);
  }

  /** The first key after the state records before {@code end}; null: after all of them. */
  public static byte[] stateTo(byte @Nullable [] end) {
    return end == null ? new byte[] {STATE + 1} : state(end);
  }

  // ---- history -------------------------------------------------------------------------------

  /** Where the version of the key at {@code ts} stands once it is not the newest. */
  public static byte[] history(byte[] userKey, long ts) {
    int zeros = zeros(userKey);
    byte[] key = new byte[1 + userKey.length + zeros + HISTORY_SUFFIX];
    int end = escape(userKey, zeros, key);
    BigEndian.putLong(key, end + 2, ~ts);
    return key;
  }

  /** The first key after all older versions of the key. */
  public static byte[] historyEnd(byte[] userKey) {
    int zeros = zeros(userKey);
    byte[] key = new byte[1 + userKey.length + zeros + 2];
    int end = escape(userKey, zeros, key);
    key[end + 1] = 1; // 00 01 lies behind the terminator 00 00 and before any 00 FF
    return key;
  }

  /** The commit timestamp in the key of an older version. */
  public static long historyTs(byte[] historyKey) {
    return ~BigEndian.getLong(historyKey, historyKey.length - Long.BYTES);
  }

  /** The user key of an older version's record; null when the bytes are no such key. */
  public static byte @Nullable [] userKeyOfHistory(byte[] historyKey) {
    int end = historyKey.length - HISTORY_SUFFIX;
    if (end < 1 || historyKey[0] != HISTORY || historyKey[end] != 0 || historyKey[end + 1] != 0) {
      return null;
    }
    byte[] userKey = new byte[end - 1];
    int length = 0;
    for (int i = 1; i < end; i++) {
      userKey[length++] = historyKey[i];
      if (historyKey[i] == 0 && (++i == end || historyKey[i] != (byte) 0xFF)) {
        return null;
      }
    }
    return Arrays.copyOf(userKey, length);
  }

  /** The first key of the history space. */
  public static byte[] historyFirst() {
    return new byte[] {HISTORY};
  }

  /** The first key after the history space. */
  public static byte[] historyLast() {
    return new byte[] {HISTORY + 1};
  }

  private static int zeros(byte[] userKey) {
    int zeros = 0;
    for (byte b : userKey) {
      if (b == 0) {
        zeros++;
      }
    }
    return zeros;
  }

  /** Writes 'h' and the escaped key; returns where the next byte goes. */
  private static int escape(byte[] userKey, int zeros, byte[] key) {
    key[0] = HISTORY;
    if (zeros == 0) { // nearly every key
      System.arraycopy(userKey, 0, key, 1, userKey.length);
      return 1 + userKey.length;
    }
    int at = 1;
    for (byte b : userKey) {
      key[at++] = b;
      if (b == 0) {
        key[at++] = (byte) 0xFF;
      }
    }
    return at;
  }

  // ---- undo ------------------------------------------------------------------------------------

  /** An undo record; {@code sequence} tells records of one due timestamp apart. */
  public static byte[] undo(long dueTs, long sequence) {
    return timed(UNDO, ~dueTs, sequence);
  }

  /** The first key of the undo space: that of the record due last. */
  public static byte[] undoFirst() {
    return new byte[] {UNDO};
  }

  /** The first key after the undo space. */
  public static byte[] undoLast() {
    return new byte[] {UNDO + 1};
  }

  /** The first key after all undo records due above {@code ts}. */
  public static byte[] undoDueAt(long ts) {
    return undo(ts, 0);
  }

  /** The due timestamp of an undo record. */
  public static long undoTs(byte[] undoKey) {
    return ~BigEndian.getLong(undoKey, 1);
  }

  private static byte[] timed(byte space, long ts, long sequence) {
    byte[] key = new byte[1 + 2 * Long.BYTES];
    key[0] = space;
    BigEndian.putLong(key, 1, ts);
    BigEndian.putLong(key, 1 + Long.BYTES, sequence);
    return key;
  }

  // ---- garbage, prefix deletes, metadata -----------------------------------------------------

  /** A garbage record; {@code sequence} tells records of one due timestamp apart. */
  public static byte[] garbage(long dueTs, long sequence) {
    return timed(GARBAGE, dueTs, sequence);
  }

  /** The first key after all garbage records due at or before {@code ts}. */
  public static byte[] garbageAfter(long ts) {
    return ts == Long.MAX_VALUE ? new byte[] {GARBAGE + 1} : garbage(ts + 1, 0);
  }

  /** The due timestamp of a garbage record. */
  public static long garbageTs(byte[] garbageKey) {
    return BigEndian.getLong(garbageKey, 1);
  }

  /** A prefix delete under way; {@code ordinal} is its place in its batch. */
  public static byte[] prefixDelete(long commitTs, int ordinal) {
    byte[] key = new byte[1 + Long.BYTES + Integer.BYTES];
    key[0] = PREFIX_DELETE;
    BigEndian.putLong(key, 1, commitTs);
    BigEndian.putInt(key, 1 + Long.BYTES, ordinal);
    return key;
  }

  /** The commit timestamp of a prefix delete record. */
  public static long prefixDeleteTs(byte[] prefixDeleteKey) {
    return BigEndian.getLong(prefixDeleteKey, 1);
  }

  /** The place of a prefix delete in its batch. */
  public static int prefixDeleteOrdinal(byte[] prefixDeleteKey) {
    return BigEndian.getInt(prefixDeleteKey, 1 + Long.BYTES);
  }

  /** The first key of the prefix delete space. */
  public static byte[] prefixDeleteFirst() {
    return new byte[] {PREFIX_DELETE};
  }

  /** The first key after the prefix delete space. */
  public static byte[] prefixDeleteLast() {
    return new byte[] {PREFIX_DELETE + 1};
  }

  /** Where the format version stands. */
  public static byte[] format() {
    return FORMAT.clone();
  }

  /** Where the applied position stands. */
  public static byte[] applied() {
    return APPLIED.clone();
  }

  /** Where lastCommitTs and the watermark stand. */
  public static byte[] timestamps() {
    return TIMESTAMPS.clone();
  }
}
