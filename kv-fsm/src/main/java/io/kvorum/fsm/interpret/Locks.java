// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.Mutation;
import io.kvorum.api.RaftBatch;
import io.kvorum.fsm.wire.Request;
import io.kvorum.fsm.wire.Transaction;
import io.kvorum.fsm.wire.TransactionId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks that prepared transactions hold: on each key that they write, for themselves alone; on
 * each key and range that they have read, together with other readers.
 */
final class Locks {

  private final RaftBatch batch;

  /**
   * All range locks, by the keys of their records: in the order of the store, so that the one that
   * is met first does not depend on when they were looked up. Null until they are asked for.
   */
  private @Nullable NavigableMap<byte[], KeyRange> ranges;

  Locks(RaftBatch batch) {
    this.batch = batch;
  }

  /** A lock that stands in the way of something. */
  record Met(byte[] key, TransactionId holder) {}

  // ---- taking and giving back ----------------------------------------------------------------

  void lock(Request.Prepare prepare) {
    Transaction transaction = prepare.transaction();
    byte[] holder = RecordKeys.encode(prepare.id());
    for (Mutation mutation : transaction.mutations()) {
      batch.putRecord(RecordKeys.lock(RecordKeys.WRITE_LOCK, mutation.key()), holder);
    }
    for (byte[] key : transaction.readKeys()) {
      byte[] lock = RecordKeys.lock(RecordKeys.READ_LOCK, key);
      byte[] others = batch.getRecord(lock);
      if (others == null || !holds(others, prepare.id())) {
        batch.putRecord(lock, others == null ? holder : joined(others, holder));
      }
    }
    List<KeyRange> read = transaction.readRanges();
    for (int i = 0; i < read.size(); i++) {
      byte[] lock = RecordKeys.rangeLock(prepare.id(), i);
      batch.putRecord(lock, RecordKeys.encode(read.get(i)));
      rangeLocks().put(lock, read.get(i));
    }
  }

  void unlock(Request.Prepare prepare) {
    Transaction transaction = prepare.transaction();
    for (Mutation mutation : transaction.mutations()) {
      batch.deleteRecord(RecordKeys.lock(RecordKeys.WRITE_LOCK, mutation.key()));
    }
    for (byte[] key : transaction.readKeys()) {
      byte[] lock = RecordKeys.lock(RecordKeys.READ_LOCK, key);
      byte[] all = batch.getRecord(lock);
      byte[] others = all == null ? new byte[0] : without(all, prepare.id());
      if (others.length == 0) {
        batch.deleteRecord(lock);
      } else {
        batch.putRecord(lock, others);
      }
    }
    for (int i = 0; i < transaction.readRanges().size(); i++) {
      byte[] lock = RecordKeys.rangeLock(prepare.id(), i);
      batch.deleteRecord(lock);
      rangeLocks().remove(lock);
    }
  }

  // ---- meeting -------------------------------------------------------------------------------

  /** What a write of the key meets. */
  @Nullable Met onWrite(byte[] key) {
    Met met = onRead(key);
    if (met != null) {
      return met;
    }
    byte[] readers = batch.getRecord(RecordKeys.lock(RecordKeys.READ_LOCK, key));
    if (readers != null) {
      return new Met(key, RecordKeys.holder(readers, 0));
    }
    for (Map.Entry<byte[], KeyRange> lock : rangeLocks().entrySet()) {
      if (lock.getValue().contains(key)) {
        return new Met(key, RecordKeys.holderOfRangeLock(lock.getKey()));
      }
    }
    return null;
  }

  /** What a read of the key meets. */
  @Nullable Met onRead(byte[] key) {
    byte[] writer = batch.getRecord(RecordKeys.lock(RecordKeys.WRITE_LOCK, key));
    return writer == null ? null : new Met(key, RecordKeys.holder(writer, 0));
  }

  /** What a read of the range meets. */
  @Nullable Met onReadRange(KeyRange range) {
    return range.isEmpty() ? null : first(RecordKeys.WRITE_LOCK, range);
  }

  /** What a write of any key of the range meets, of those that exist or do not. */
  @Nullable Met onWriteRange(KeyRange range) {
    if (range.isEmpty()) {
      return null;
    }
    Met met = first(RecordKeys.WRITE_LOCK, range);
    met = met != null ? met : first(RecordKeys.READ_LOCK, range);
    if (met != null) {
      return met;
    }
    for (Map.Entry<byte[], KeyRange> lock : rangeLocks().entrySet()) {
      KeyRange both = Ranges.intersection(range, lock.getValue());
      if (Ranges.mayHoldKeys(both)) {
        byte[] start = both.start();
        return new Met(
            start == null ? new byte[0] : start, RecordKeys.holderOfRangeLock(lock.getKey()));
      }
    }
    return null;
  }

  private @Nullable Met first(byte space, KeyRange range) {
    List<KeyValue> found = batch.scanRecords(RecordKeys.locks(space, range), 1);
    if (found.isEmpty()) {
      return null;
    }
    KeyValue lock = found.get(0);
    return new Met(RecordKeys.userKeyOfLock(lock.key()), RecordKeys.holder(lock.value(), 0));
  }

  private NavigableMap<byte[], KeyRange> rangeLocks() {
    NavigableMap<byte[], KeyRange> known = ranges;
    if (known == null) {
      known = new TreeMap<>(Arrays::compareUnsigned);
      KeyRange all = RecordKeys.all(RecordKeys.RANGE_LOCK);
      for (KeyValue lock : batch.scanRecords(all, Integer.MAX_VALUE)) {
        known.put(lock.key(), RecordKeys.range(lock.value()));
      }
      ranges = known;
    }
    return known;
  }

  // ---- the value of a read lock --------------------------------------------------------------

  private static boolean holds(byte[] holders, TransactionId id) {
    for (int i = 0; i < RecordKeys.holders(holders); i++) {
      if (RecordKeys.holder(holders, i).equals(id)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] joined(byte[] others, byte[] holder) {
    return ByteBuffer.allocate(others.length + holder.length).put(others).put(holder).array();
  }

  private static byte[] without(byte[] holders, TransactionId id) {
    byte[] others = new byte[0];
    for (int i = 0; i < RecordKeys.holders(holders); i++) {
      TransactionId holder = RecordKeys.holder(holders, i);
      others = holder.equals(id) ? others : joined(others, RecordKeys.encode(holder));
    }
    return others;
  }
}
