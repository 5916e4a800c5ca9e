// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import java.nio.file.Path;

/** Opens stores whose direct family breaks its promise: the control of the crash tests. */
public final class RelaxedStores {

  private RelaxedStores() {}

  /** A store whose direct writes are not fsynced. */
  public static RocksMvccStore open(Path directory, SyncMode mode) {
    return RocksMvccStore.open(
        directory, StoreOptions.defaults().withFsmSyncMode(mode), new Durability(mode, false));
  }
}
