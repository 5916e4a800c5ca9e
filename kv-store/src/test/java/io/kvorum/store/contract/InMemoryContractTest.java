// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import io.kvorum.api.CheckpointableStore;
import io.kvorum.api.StoreOptions;
import io.kvorum.api.SyncMode;
import io.kvorum.store.badinput.BadInputContract;
import io.kvorum.store.memory.InMemoryMvccStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract on the store in memory. */
class InMemoryContractTest
    implements ReadContract,
        WriteContract,
        BatchContract,
        ChangedKeysContract,
        StateRecordContract,
        LargeVersionContract,
        RestoreContract,
        LifeContract,
        BadInputContract {

  @TempDir Path scratch;
  private final List<CheckpointableStore> open = new ArrayList<>();

  @BeforeEach
  void openStore() {
    another(StoreOptions.defaults().withMaxValueBytes(MAX_VALUE_BYTES));
  }

  @AfterEach
  void closeStores() {
    open.forEach(CheckpointableStore::close);
  }

  @Override
  public CheckpointableStore store() {
    return open.get(0);
  }

  @Override
  public CheckpointableStore another(StoreOptions base) {
    StoreOptions options = base.withFsmSyncMode(SyncMode.NOSYNC);
    CheckpointableStore store = InMemoryMvccStore.create(options);
    open.add(store);
    return store;
  }

  @Override
  public Path scratch() {
    return scratch;
  }
}
