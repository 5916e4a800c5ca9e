// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.SyncModes;
import java.nio.file.Path;

/** What the crash tests need of a store and no user can have. */
public final class RelaxedStores {

  private RelaxedStores() {}

  /** A store whose direct writes are not fsynced: the control that must lose one. */
  public static RocksMvccStore open(Path directory, StoreOptions options) {
    SyncMode mode = SyncModes.resolve(options);
    return RocksMvccStore.open(directory, options, new Durability(mode, false));
  }

  /** Has RocksDB write its memtable to a file, as it does when one is full. */
  public static void flush(RocksMvccStore store) {
    store.rewriteFiles(false);
  }

  /** Has RocksDB merge all its files, as it does when there are many. */
  public static void compactFiles(RocksMvccStore store) {
    store.rewriteFiles(true);
  }
}
