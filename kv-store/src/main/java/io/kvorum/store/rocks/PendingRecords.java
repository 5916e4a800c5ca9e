// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.store.codec.StoreKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state records that a batch writes, over those that are stored. Used by the thread that holds
 * the write mutex.
 *
 * <p>Invariant: what a deleted range has hidden in {@link #written} is gone from there, so whatever
 * stands there was written later and wins.
 */
final class PendingRecords {

  private final Database db;

  /** By the record's own key; empty: deleted. */
  private final NavigableMap<byte[], Optional<byte[]>> written =
      new TreeMap<>(Arrays::compareUnsigned);

  /** Nothing that is stored in these counts any more. */
  private final List<KeyRange> deleted = new ArrayList<>();

  private long approximateBytes;

  PendingRecords(Database db) {
    this.db = db;
  }

  long approximateBytes() {
    return approximateBytes;
  }

  byte @Nullable [] get(byte[] key) {
    Optional<byte[]> pending = written.get(key);
    if (pending == null) {
      return isDeleted(key) ? null : db.get(StoreKeys.state(key));
    }
    return pending.map(byte[]::clone).orElse(null);
  }

  void put(byte[] key, byte[] value) {
    approximateBytes += key.length + value.length;
    written.put(key.clone(), Optional.of(value.clone()));
  }

  void delete(byte[] key) {
    approximateBytes += key.length;
    written.put(key.clone(), Optional.empty());
  }

  void delete(KeyRange range) {
    if (range.isEmpty()) {
      return;
    }
    in(range).clear();
    KeyRange copy = new KeyRange(copy(range.start()), copy(range.end()));
    approximateBytes += length(copy.start()) + length(copy.end());
    deleted.add(copy);
  }

  private boolean isDeleted(byte[] key) {
    for (KeyRange range : deleted) {
      if (range.contains(key)) {
        return true;
      }
    }
    return false;
  }

  /** Both walks are in the order of the keys, so one step of either is the next record. */
  List<KeyValue> scan(KeyRange range, int limit) {
    List<KeyValue> found = new ArrayList<>();
    if (range.isEmpty() || limit <= 0) {
      return found;
    }
    byte[] from = StoreKeys.stateFrom(range.start());
    try (RecordIterator stored = db.records(from, StoreKeys.stateTo(range.end()))) {
      boolean more = stored.first();
      for (Map.Entry<byte[], Optional<byte[]>> pending : in(range).entrySet()) {
        while (more && found.size() < limit && before(stored, pending.getKey()) < 0) {
          addUnlessDeleted(stored, found);
          more = stored.next();
        }
        if (found.size() >= limit) {
          return found;
        }
        if (more && before(stored, pending.getKey()) == 0) {
          more = stored.next();
        }
        pending.getValue().ifPresent(value -> found.add(record(pending.getKey(), value)));
      }
      for (; more && found.size() < limit; more = stored.next()) {
        addUnlessDeleted(stored, found);
      }
    }
    return found;
  }

  private void addUnlessDeleted(RecordIterator stored, List<KeyValue> found) {
    KeyValue record = record(stored);
    if (!isDeleted(record.key())) {
      found.add(record);
    }
  }

  private NavigableMap<byte[], Optional<byte[]>> in(KeyRange range) {
    byte[] start = range.start() == null ? new byte[0] : range.start();
    byte[] end = range.end();
    return end == null ? written.tailMap(start, true) : written.subMap(start, true, end, false);
  }

  private static int before(RecordIterator stored, byte[] key) {
    return Arrays.compareUnsigned(StoreKeys.recordKeyOfState(stored.key()), key);
  }

  private static KeyValue record(RecordIterator stored) {
    return new KeyValue(StoreKeys.recordKeyOfState(stored.key()), stored.value());
  }

  private static KeyValue record(byte[] key, byte[] value) {
    return new KeyValue(key.clone(), value.clone());
  }

  private static int length(byte @Nullable [] bound) {
    return bound == null ? 0 : bound.length;
  }

  private static byte @Nullable [] copy(byte @Nullable [] bound) {
    return bound == null ? null : bound.clone();
  }

  void writeTo(BatchRecords batch) {
    for (KeyRange range : deleted) {
      batch.deleteRange(StoreKeys.stateFrom(range.start()), StoreKeys.stateTo(range.end()));
    }
    for (Map.Entry<byte[], Optional<byte[]>> record : written.entrySet()) {
      byte[] key = StoreKeys.state(record.getKey());
      if (record.getValue().isPresent()) {
        batch.put(key, record.getValue().get());
      } else {
        batch.delete(key);
      }
    }
  }
}
