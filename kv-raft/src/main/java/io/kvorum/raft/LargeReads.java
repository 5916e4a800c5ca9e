// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.LargeReference;
import io.kvorum.api.LargeValue;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.RecordCursor;
import io.kvorum.api.StoreCorruptException;
import io.kvorum.fsm.interpret.StateReads;
import org.jspecify.annotations.Nullable;

/** Opens values as streams, from a store at a timestamp. */
final class LargeReads {

  private LargeReads() {}

  static @Nullable LargeValue open(CheckpointableStore store, byte[] key, long ts) {
    LargeReference large = store.largeAt(key, ts);
    if (large == null) {
      byte[] value = store.getAt(key, ts);
      return value == null ? null : new LoadedValue(value);
    }
    RecordCursor records = StateReads.openUpload(store, large.id());
    try {
      if (records.next()) {
        return new StoredValue(records, large.length());
      }
    } catch (RuntimeException | Error e) {
      records.close();
      throw e;
    }
    records.close();
    long oldest = store.minRetainedTs(); // after the walk was opened: what it lacks was below this
    if (ts < oldest) {
      throw new ReadTimestampCompactedException(ts, oldest);
    }
    throw new StoreCorruptException(
        "a version at timestamp " + ts + " refers to a large value that is not there", null);
  }
}
