// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccStore;
import io.kvorum.api.SyncMode;
import io.kvorum.store.check.StoreCheck;
import io.kvorum.store.rocks.RocksMvccStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Compares the store that a crash has left with what a {@link StoreChild} had acknowledged.
 *
 * @param killed whether only the process died, so that nothing that was written is lost
 * @param ahead how many direct writes may have been made that were not acknowledged: the one in
 *     flight, or any number when the power went a while after the acknowledgements were counted
 */
record StoreVerdict(SyncMode mode, Script script, boolean killed, int ahead) {

  static final String D2 = "D2: ";
  static final String D3 = "D3: ";
  static final String D4 = "D4: ";

  /**
   * Opens the store, compares, closes it and checks its format.
   *
   * @param acknowledged the child's acknowledgements, the first being that it was open
   * @return what is wrong, or an empty text
   */
  String of(Path store, List<String> acknowledged) {
    List<String> wrong;
    try (MvccStore opened = RocksMvccStore.open(store, StoreChild.options(mode))) {
      wrong = compare(opened, acknowledged);
    } catch (RuntimeException e) {
      return "it does not open: " + e;
    }
    StoreCheck.Report report = StoreCheck.check(store);
    if (!report.isSound()) {
      wrong.add("format: " + report.problems());
    }
    return String.join("; ", wrong);
  }

  private List<String> compare(MvccStore store, List<String> acknowledged) {
    List<String> wrong = new ArrayList<>();
    int direct = count(acknowledged, StoreChild.DIRECT);
    Map<String, String> found = content(store, "d");
    // A write that was not acknowledged may be there or not; an acknowledged one must be.
    if (IntStream.rangeClosed(direct, direct + ahead)
        .noneMatch(count -> found.equals(script.directAfter(count)))) {
      wrong.add(D2 + "the direct keys are not those of " + direct + " acknowledged writes");
    }
    long applied = Math.max(0, store.appliedPosition().index());
    if (!content(store, "r").equals(script.replicatedAfter(applied))) {
      wrong.add(D3 + "the replicated keys are not those of entries 1.." + applied);
    }
    long reported = reported(acknowledged);
    if (applied < reported) {
      wrong.add(D4 + "entry " + reported + " was reported, " + applied + " are applied");
    }
    long written = script.lastIndexOfGroup(count(acknowledged, StoreChild.GROUP));
    boolean durable = mode == SyncMode.SYNC || (killed && mode == SyncMode.NOSYNC);
    if (durable && applied < written) {
      wrong.add(mode + ": entry " + written + " was acknowledged, " + applied + " are applied");
    }
    return wrong;
  }

  /* What was reported so that the log may be purged, and what the store itself called durable. */
  private static long reported(List<String> acknowledged) {
    return acknowledged.stream()
        .filter(ack -> ack.startsWith(StoreChild.REPORTED) || ack.startsWith(StoreChild.GROUP))
        .mapToLong(ack -> Long.parseLong(ack.substring(ack.indexOf(' ') + 1)))
        .max()
        .orElse(0);
  }

  private static int count(List<String> acknowledged, String kind) {
    return (int) acknowledged.stream().filter(ack -> ack.startsWith(kind)).count();
  }

  private static Map<String, String> content(MvccStore store, String prefix) {
    Map<String, String> content = new TreeMap<>();
    for (KeyValue kv :
        store.scanAt(
            KeyRange.prefix(prefix.getBytes(UTF_8)), Integer.MAX_VALUE, MvccStore.LATEST)) {
      content.put(new String(kv.key(), UTF_8), new String(kv.value(), UTF_8));
    }
    return content;
  }
}
