// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.SyncMode;

/**
 * What a write of each family waits for. {@code directIsSynced} is true in every store a user can
 * open; the crash tests clear it in their control, which must then lose an acknowledged write.
 */
record Durability(SyncMode fsmSyncMode, boolean directIsSynced) {

  static Durability of(SyncMode fsmSyncMode) {
    return new Durability(fsmSyncMode, true);
  }
}
