// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.api.SyncMode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the demo found.
 *
 * @param entries acknowledged, and checked on every replica
 * @param replicas in the group
 * @param seconds from the start of the first replica to the end of the check
 * @param failOverMillis from the kill of the leader to the acknowledgement of the first write that
 *     was started after it; empty when nothing was killed
 * @param lost acknowledged entries that a replica has not got, added up over all replicas
 * @param hashesEqual whether all replicas have the same hash at the same log position
 * @param syncMode what the state machines obeyed
 * @param diskBytes of all replicas' files together
 */
record DemoReport(
    long entries,
    int replicas,
    double seconds,
    OptionalLong failOverMillis,
    long lost,
    boolean hashesEqual,
    SyncMode syncMode,
    long diskBytes) {

  /** Whether everything is as it was promised. */
  boolean isGood() {
    return lost == 0 && hashesEqual;
  }

  /** One {@code name: value} a line, for people and scripts. */
  List<String> lines() {
    return List.of(
        "entries: " + entries,
        "replicas: " + replicas,
        "seconds: " + String.format(Locale.ROOT, "%.1f", seconds),
        "fail-over ms: "
            + (failOverMillis.isPresent()
                ? Long.toString(failOverMillis.getAsLong())
                : "none (a single replica: nothing was killed)"),
        "lost acknowledged writes: " + lost,
        "replica hashes: " + (hashesEqual ? "equal" : "different"),
        "FSM_SYNC_MODE: " + syncMode.text(),
        "disk bytes: " + diskBytes);
  }
}
