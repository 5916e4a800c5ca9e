// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** All versions of one key, newest first, at least one. Immutable; a change costs a copy. */
final class History {

  private final Version[] versions;

  private History(Version[] versions) {
    this.versions = versions;
  }

  static History of(Version version) {
    return new History(new Version[] {version});
  }

  /** From versions in strictly falling order of commitTs. */
  static History of(List<Version> newestFirst) {
    return new History(newestFirst.toArray(new Version[0]));
  }

  Version newest() {
    return versions[0];
  }

  List<Version> newestFirst() {
    return Collections.unmodifiableList(Arrays.asList(versions));
  }

  /** The newest version at or below {@code ts}; it alone decides what a read there sees. */
  @Nullable Version decidingAt(long ts) {
    int index = firstAtOrBelow(ts);
    return index < versions.length ? versions[index] : null;
  }

  /** The version a read at {@code ts} sees; null when it sees none. */
  @Nullable Version visibleAt(long ts) {
    Version version = decidingAt(ts);
    return version != null && version.liveAt(ts) ? version : null;
  }

  /** With this version added, in place of one at the same timestamp. */
  History plus(Version version) {
    int index = firstAtOrBelow(version.commitTs());
    boolean replaces = index < versions.length && versions[index].commitTs() == version.commitTs();
    int rest = replaces ? index + 1 : index;
    Version[] next = new Version[index + 1 + versions.length - rest];
    System.arraycopy(versions, 0, next, 0, index);
    next[index] = version;
    System.arraycopy(versions, rest, next, index + 1, versions.length - rest);
    return new History(next);
  }

  /**
   * Without what no read at or above {@code ts} can see; null when nothing is left, this same
   * object when nothing is to be removed.
   */
  @Nullable History compactedTo(long ts) {
    int index = firstAtOrBelow(ts);
    int kept = index < versions.length && versions[index].liveAt(ts) ? index + 1 : index;
    if (kept == versions.length) {
      return this;
    }
    return kept == 0 ? null : new History(Arrays.copyOf(versions, kept));
  }

  /** The newest, and the others that a read at or above {@code ts} can see, newest first. */
  List<Version> newestAndVisibleFrom(long ts) {
    int index = firstAtOrBelow(ts);
    boolean decides = index < versions.length && (index == 0 || versions[index].liveAt(ts));
    return newestFirst().subList(0, decides ? index + 1 : index);
  }

  /** The watermarks from which on a version is out of sight: an older one, or a dead one. */
  LongStream garbageTs() {
    LongStream.Builder due = LongStream.builder();
    for (int i = 0; i < versions.length; i++) {
      Version version = versions[i];
      if (i + 1 < versions.length || version.tombstone()) {
        due.add(version.commitTs());
      }
      if (version.expireAt() != 0) {
        due.add(Math.max(version.commitTs(), version.expireAt()));
      }
    }
    return due.build();
  }

  private int firstAtOrBelow(long ts) {
    int low = 0;
    int high = versions.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (versions[middle].commitTs() <= ts) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
