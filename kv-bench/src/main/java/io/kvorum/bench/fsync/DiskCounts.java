// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import io.kvorum.raft.RaftLogIo;
import io.kvorum.store.rocks.StoreIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has done to its disk.
 *
 * @param raftSyncs syncs of Raft logs
 * @param storeLogSyncs syncs of RocksDB's write-ahead logs
 * @param storeFileSyncs syncs of table files and manifests
 * @param diskBytes bytes charged by the kernel; NaN where it does not tell
 */
record DiskCounts(long raftSyncs, long storeLogSyncs, long storeFileSyncs, double diskBytes) {

  private static final Path PROCESS_IO = Path.of("/proc/self/io");
  private static final String WRITTEN = "write_bytes: ";

  static DiskCounts now() throws IOException {
    StoreIo.Counts store = StoreIo.counts();
    return new DiskCounts(RaftLogIo.syncs(), store.logSyncs(), store.fileSyncs(), written());
  }

  private static double written() throws IOException {
    if (!Files.isReadable(PROCESS_IO)) {
      return Double.NaN;
    }
    return Files.readAllLines(PROCESS_IO).stream()
        .filter(line -> line.startsWith(WRITTEN))
        .mapToDouble(line -> Double.parseDouble(line.substring(WRITTEN.length())))
        .findFirst()
        .orElse(Double.NaN);
  }

  DiskCounts minus(DiskCounts earlier) {
    return new DiskCounts(
        raftSyncs - earlier.raftSyncs,
        storeLogSyncs - earlier.storeLogSyncs,
        storeFileSyncs - earlier.storeFileSyncs,
        diskBytes - earlier.diskBytes);
  }
}
