// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import io.kvorum.raft.RaftLogIo;
import io.kvorum.store.rocks.StoreIo;

/**
 * What this process has synced.
 *
 * @param raftLog syncs of Raft logs
 * @param storeLog syncs of RocksDB's write-ahead logs
 * @param storeFiles syncs of table files and manifests
 */
record SyncCounts(long raftLog, long storeLog, long storeFiles) {

  static SyncCounts now() {
    StoreIo.Counts store = StoreIo.counts();
    return new SyncCounts(RaftLogIo.syncs(), store.logSyncs(), store.fileSyncs());
  }

  SyncCounts minus(SyncCounts earlier) {
    return new SyncCounts(
        raftLog - earlier.raftLog, storeLog - earlier.storeLog, storeFiles - earlier.storeFiles);
  }
}
