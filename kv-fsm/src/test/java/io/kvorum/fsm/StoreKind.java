// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.memory.InMemoryMvccStore;
import io.kvorum.store.rocks.RocksMvccStore;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/** The stores that every test of the state machine runs on. */
public enum StoreKind {
  MEMORY {
    @Override
    public CheckpointableStore open(Path dir) {
      return InMemoryMvccStore.create(options());
    }
  },
  ROCKS {
    @Override
    public CheckpointableStore open(Path dir) {
      return RocksMvccStore.open(dir, options());
    }
  };

  /** Opens a store; what is in {@code dir} matters only to one that has a disk. */
  public abstract CheckpointableStore open(Path dir);

  private static StoreOptions options() {
    return StoreOptions.defaults().withFsmSyncMode(SyncMode.NOSYNC).withMaxValueBytes(1000);
  }

  /** Everything in the store, as bytes that are equal when the content is. */
  public static byte[] contentOf(CheckpointableStore store) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MvccSnapshot snapshot = store.snapshot()) {
      snapshot.writeTo(out);
    }
    return out.toByteArray();
  }
}
