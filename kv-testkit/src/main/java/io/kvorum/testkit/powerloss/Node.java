// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.util.ArrayList;
import java.util.List;

/**
 * A file or a directory through its whole life, under all its names. Compared by identity. Built by
 * {@link History}, then immutable.
 */
final class Node {

  final boolean directory;

  /** What the file went through, in the order of the record; empty for a directory. */
  final List<Change> changes = new ArrayList<>();

  /** Its syncs, in the order of their ends. */
  final List<Sync> syncs = new ArrayList<>();

  private final int createdAt;
  private long size;

  Node(boolean directory, int createdAt) {
    this.directory = directory;
    this.createdAt = createdAt;
  }

  enum Kind {
    WRITE,
    SHRINK,
    GROW
  }

  /**
   * One change of a file's content.
   *
   * @param at index of the event
   * @param offset of the bytes, for WRITE
   * @param bytes written; empty for the other kinds
   * @param end the file is at most (SHRINK) or at least (the others) this long after it, in bytes
   * @param resizes whether it changed the size
   */
  record Change(int at, Kind kind, long offset, byte[] bytes, long end, boolean resizes) {}

  /** A sync that returned: events {@code begin} and {@code end}. */
  record Sync(int begin, int end, boolean dataOnly) {}

  void write(int at, long offset, byte[] bytes) {
    long end = offset + bytes.length;
    changes.add(new Change(at, Kind.WRITE, offset, bytes, end, end > size));
    size = Math.max(size, end);
  }

  void truncate(int at, long to) {
    changes.add(new Change(at, to < size ? Kind.SHRINK : Kind.GROW, 0, new byte[0], to, true));
    size = to;
  }

  void allocate(int at, long end) {
    changes.add(new Change(at, Kind.GROW, 0, new byte[0], end, end > size));
    size = Math.max(size, end);
  }

  /** Everything recorded before this event is durable in this node after a crash at {@code at}. */
  int durableBefore(int at) {
    int durable = 0;
    for (Sync sync : syncs) {
      if (sync.end < at) {
        durable = Math.max(durable, sync.begin);
      }
    }
    return durable;
  }

  /** Journalled changes before this event were carried by this node's syncs, see ORDERED. */
  int carriedBefore(int at) {
    int carried = 0;
    for (Sync sync : syncs) {
      if (sync.end < at) {
        carried = Math.max(carried, sync.dataOnly ? lastResize(sync.begin) + 1 : sync.begin);
      }
    }
    return carried;
  }

  private int lastResize(int before) {
    int last = createdAt;
    for (Change change : changes) {
      if (change.at < before && change.resizes) {
        last = change.at;
      }
    }
    return last;
  }
}
