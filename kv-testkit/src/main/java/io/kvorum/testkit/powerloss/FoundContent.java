// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit.powerloss;

import java.util.Arrays;

/** The bytes of one file as a {@link Cut} leaves them, and how many were lost. */
final class FoundContent {

  private final Node file;
  private final Cut cut;

  FoundContent(Node file, Cut cut) {
    this.file = file;
    this.cut = cut;
  }

  /** A fresh array of the file's size. */
  byte[] bytes() {
    byte[] bytes = new byte[Math.toIntExact(size())];
    for (Node.Change change : file.changes) {
      if (change.at() >= cut.at()) {
        break;
      }
      switch (change.kind()) {
        case WRITE -> write(change, bytes);
        case SHRINK -> zeroFrom(change, bytes);
        case GROW -> {}
      }
    }
    return bytes;
  }

  /** Bytes of writes that had returned and are not found, those overwritten later included. */
  long lostBytes() {
    long lost = 0;
    for (Node.Change change : file.changes) {
      if (change.at() >= cut.at()) {
        break;
      }
      if (change.kind() == Node.Kind.WRITE) {
        lost += lostBytes(change);
      }
    }
    return lost;
  }

  private long size() {
    long size = 0;
    int moment = cut.momentOf(file, -1);
    for (Node.Change change : file.changes) {
      if (change.at() >= cut.at()) {
        break;
      }
      if (cut.isDurable(file, change) || change.at() < moment) {
        size =
            change.kind() == Node.Kind.SHRINK
                ? Math.min(size, change.end())
                : Math.max(size, change.end());
      } else if (cut.tornBytes(change) > 0) {
        size = Math.max(size, change.offset() + cut.tornBytes(change));
      }
    }
    return size;
  }

  private void write(Node.Change change, byte[] into) {
    long position = change.offset();
    while (position < Math.min(change.end(), into.length)) {
      long pageEnd = Math.min(nextPage(position), Math.min(change.end(), into.length));
      long end = keeps(change, position) ? pageEnd : Math.min(pageEnd, tornEnd(change));
      if (end > position) {
        System.arraycopy(
            change.bytes(),
            (int) (position - change.offset()),
            into,
            (int) position,
            (int) (end - position));
      }
      position = pageEnd;
    }
  }

  private void zeroFrom(Node.Change change, byte[] bytes) {
    long position = change.end();
    while (position < bytes.length) {
      long pageEnd = Math.min(nextPage(position), bytes.length);
      if (keeps(change, position)) {
        Arrays.fill(bytes, (int) position, (int) pageEnd, (byte) 0);
      }
      position = pageEnd;
    }
  }

  private long lostBytes(Node.Change change) {
    long lost = 0;
    long position = change.offset();
    while (position < change.end()) {
      long pageEnd = Math.min(nextPage(position), change.end());
      if (!keeps(change, position)) {
        lost += pageEnd - Math.max(position, Math.min(pageEnd, tornEnd(change)));
      }
      position = pageEnd;
    }
    return lost;
  }

  private boolean keeps(Node.Change change, long position) {
    return cut.isDurable(file, change)
        || change.at() < cut.momentOf(file, position / Cut.PAGE_BYTES);
  }

  private long tornEnd(Node.Change change) {
    return change.offset() + cut.tornBytes(change);
  }

  private static long nextPage(long position) {
    return (position / Cut.PAGE_BYTES + 1) * Cut.PAGE_BYTES;
  }
}
