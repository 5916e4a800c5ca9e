// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.nio.file.Path;

/**
 * The control of the crash tests: a store whose direct family does not fsync. A crash test that
 * finds no loss in it proves nothing. It stands in the store's package, in test code only, because
 * no user may open such a store.
 */
public final class RelaxedDirectWrites {

  private RelaxedDirectWrites() {}

  /** Opens the store with broken direct writes. */
  public static CheckpointableStore open(Path directory, SyncMode mode) {
    return RocksMvccStore.open(directory, StoreOptions.defaults(), new Durability(mode, false));
  }
}
