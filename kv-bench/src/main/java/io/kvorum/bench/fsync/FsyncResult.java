// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.fsync;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one case cost.
 *
 * @param writes that were acknowledged
 * @param entries of the log that were committed for them; several writes may share one
 * @param seconds in which they were
 * @param syncs in these seconds, all replicas together
 * @param deviceBytes of all replicas together, until everything was in table files and on the
 *     device; null where they are not counted
 * @param userBytes keys and values of the writes
 */
record FsyncResult(
    FsyncCase what,
    long writes,
    long entries,
    double seconds,
    SyncCounts syncs,
    @Nullable Long deviceBytes,
    long userBytes) {

  private static final String HEAD = "%-8s %8s %8s %10s %9s %12s %12s %12s%n";

  double writesPerSecond() {
    return writes / seconds;
  }

  /** On each replica. */
  double perEntry(long count) {
    return (double) count / entries / what.replicas();
  }

  /** On each replica; NaN where they are not counted. */
  double bytesPerUserByte() {
    return deviceBytes == null
        ? Double.NaN
        : deviceBytes.doubleValue() / userBytes / what.replicas();
  }

  /** The whole table, ready to print. */
  static String table(List<FsyncResult> results) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            HEAD,
            "mode",
            "replicas",
            "writers",
            "writes/s",
            "writes",
            "raft log",
            "store log",
            "device bytes"));
    table.append(
        String.format(
            Locale.ROOT,
            HEAD,
            "",
            "",
            "",
            "",
            "/entry",
            "fsyncs/entry",
            "fsyncs/entry",
            "/user byte"));
    results.forEach(result -> table.append(result.row()));
    return table.toString();
  }

  /** One line of the table. */
  String row() {
    return String.format(
        Locale.ROOT,
        HEAD,
        what.mode().text(),
        what.replicas(),
        what.writers(),
        number("%,.0f", writesPerSecond()),
        number("%.2f", (double) writes / entries),
        number("%.4f", perEntry(syncs.raftLog())),
        number("%.4f", perEntry(syncs.storeLog())),
        deviceBytes == null ? "-" : number("%.2f", bytesPerUserByte()));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
