// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.check;

import io.kvorum.store.codec.Link;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.StoreRecords.Timestamps;
import io.kvorum.store.codec.UndoRecord;
import io.kvorum.store.codec.UndoRef;
import io.kvorum.store.codec.VersionBytes;
import io.kvorum.store.rocks.StoredRecords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks from the newest version of one key along the links, and keeps what breaks F6. */
final class LinkedVersions {

  private final StoredRecords records;
  private final Timestamps timestamps;
  private final byte[] userKey;
  private final List<String> problems = new ArrayList<>();

  LinkedVersions(StoredRecords records, Timestamps timestamps, byte[] userKey) {
    this.records = records;
    this.timestamps = timestamps;
    this.userKey = userKey;
  }

  /** Of a walk that has ended. */
  List<String> problems() {
    return problems;
  }

  /** The commit timestamps of the well-formed version and all that its links lead to. */
  List<Long> commitTimestamps(byte[] newest) {
    List<Long> found = new ArrayList<>();
    for (byte[] version = newest; version != null; version = replacedBy(version)) {
      found.add(VersionBytes.commitTs(version));
    }
    return found;
  }

  /** How many versions below it a read at or above the watermark can see. */
  int visibleOlder(byte[] newest) {
    int visible = 0;
    byte[] version = newest;
    while (version != null && VersionBytes.commitTs(version) > timestamps.minRetainedTs()) {
      version = replacedBy(version);
      if (version != null && isVisible(version)) {
        visible++;
      }
    }
    return visible;
  }

  private boolean isVisible(byte[] version) {
    long watermark = timestamps.minRetainedTs();
    return VersionBytes.commitTs(version) > watermark || VersionBytes.isLiveAt(version, watermark);
  }

  /** The version of the first reference, after a look at all of them; null when it is gone. */
  private byte @Nullable [] replacedBy(byte[] version) {
    Link link = VersionBytes.link(version);
    byte[] first = null;
    for (int level = 0; level < link.refs().size(); level++) {
      UndoRef ref = link.refs().get(level);
      byte[] target = target(ref, VersionBytes.commitTs(version));
      if (level == 0) {
        first = target;
        if (ref.dueTs() < VersionBytes.commitTs(version)) {
          problems.add("leads to " + ref + ", due before the version that needs it");
        }
      }
    }
    return first;
  }

  private byte @Nullable [] target(UndoRef ref, long ts) {
    byte[] record = records.get(StoreKeys.undo(ref.dueTs(), ref.sequence()));
    if (record == null) {
      return ref.dueTs() <= timestamps.minRetainedTs() ? null : broken(ref, "which is missing");
    }
    UndoRecord.Entry entry;
    try {
      entry = UndoRecord.entry(record, ref.index());
    } catch (IllegalArgumentException e) {
      return broken(ref, e.getMessage());
    }
    if (entry == null || !VersionBytes.isWellFormed(entry.version())) {
      return broken(ref, "which holds no version there");
    }
    if (!Arrays.equals(entry.key(), userKey)) {
      return broken(ref, "which holds another key there");
    }
    if (VersionBytes.commitTs(entry.version()) >= ts) {
      return broken(ref, "which holds a version there that is not older");
    }
    return entry.version();
  }

  private byte @Nullable [] broken(UndoRef ref, @Nullable String why) {
    problems.add("leads from a version to " + ref + ", " + why);
    return null;
  }
}
