// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store;

import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;

/** tmp */
public final class SyncModes {
  private SyncModes() {}

  public static SyncMode resolve(StoreOptions options) {
    SyncMode m = options.fsmSyncMode();
    return m != null ? m : SyncMode.SYNC;
  }
}
