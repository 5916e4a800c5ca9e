// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import java.util.List;
import java.util.Locale;

/**
 * What one case cost.
 *
 * @param entries acknowledged writes
 * @param seconds in which they were
 * @param counts of the whole process, all replicas together
 * @param userBytes keys and values of the writes
 */
record FsyncResult(
    FsyncCase what, long entries, double seconds, DiskCounts counts, long userBytes) {

  double entriesPerSecond() {
    return entries / seconds;
  }

  /** On each replica. */
  double perEntry(long syncs) {
    return (double) syncs / entries / what.replicas();
  }

  /** On each replica. */
  double bytesPerUserByte() {
    return counts.diskBytes() / userBytes / what.replicas();
  }

  /** The whole table, ready to print. */
  static String table(List<FsyncResult> results) {
    StringBuilder table = new StringBuilder();
    String head = "%-8s %8s %8s %10s %11s %11s %11s %11s%n";
    table.append(
        String.format(
            Locale.ROOT,
            head,
            "mode",
            "replicas",
            "writers",
            "entries/s",
            "raft log",
            "store log",
            "store files",
            "disk bytes"));
    table.append(
        String.format(
            Locale.ROOT,
            head,
            "",
            "",
            "",
            "",
            "syncs/entry",
            "syncs/entry",
            "syncs/entry",
            "/user"));
    results.forEach(result -> table.append(result.row()));
    return table.toString();
  }

  /** One line of the table. */
  String row() {
    return String.format(
        Locale.ROOT,
        "%-8s %8d %8d %,10.0f %11.4f %11.4f %11.4f %11.2f%n",
        what.mode().text(),
        what.replicas(),
        what.writers(),
        entriesPerSecond(),
        perEntry(counts.raftSyncs()),
        perEntry(counts.storeLogSyncs()),
        perEntry(counts.storeFileSyncs()),
        bytesPerUserByte());
  }
}
