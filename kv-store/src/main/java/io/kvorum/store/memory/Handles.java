// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a store has handed out and is not closed yet. Thread-safe. */
final class Handles {

  private final Set<Handle> open = ConcurrentHashMap.newKeySet();

  void add(Handle handle) {
    open.add(handle);
  }

  void remove(Handle handle) {
    open.remove(handle);
  }

  /** Closes cursors and snapshots, and batches too when {@code withBatches}. */
  void closeAll(boolean withBatches) {
    for (Handle handle : open) {
      if (withBatches || !(handle instanceof MemoryRaftBatch)) {
        handle.close();
      }
    }
  }

  int count() {
    return open.size();
  }

  /** Cursor, snapshot or batch. Closing a cursor or a batch waits for a call that runs on it. */
  sealed interface Handle extends AutoCloseable
      permits MemoryCursor, MemoryRecordCursor, MemorySnapshot, MemoryRaftBatch {
    @Override
    void close();
  }
}
