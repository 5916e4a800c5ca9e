// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.concurrent;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.memory.InMemoryMvccStore;
import io.kvorum.store.rocks.RocksMvccStore;
import java.nio.file.Path;

/** The two stores that must behave alike. */
enum StoreKind {
  MEMORY,
  DISK;

  CheckpointableStore open(Path dir) {
    StoreOptions options = StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC);
    return this == MEMORY
        ? InMemoryMvccStore.create(options)
        : RocksMvccStore.open(dir.resolve("store"), options);
  }
}
