// SPDX-License-Identifier: Apache-2.0
package io.kvorum.cli.demo;

import io.kvorum.api.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** Cuts entries into batches that are small enough for one log entry. */
final class Batches {

  /** Entries in a batch. */
  static final int MAX_ENTRIES = 64;

  /** Bytes of keys and values in a batch, unless a single entry has more. */
  static final long MAX_BYTES = 256 * 1024;

  private Batches() {}

  /** About three quarters of so many batches, and at least one more than half of them. */
  static int threeQuarters(int batches) {
    int half = batches / 2;
    return half + Math.max(1, (batches - half) / 2);
  }

  static List<List<KeyValue>> of(List<KeyValue> entries) {
    List<List<KeyValue>> batches = new ArrayList<>();
    int start = 0;
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      long size = entries.get(i).key().length + (long) entries.get(i).value().length;
      if (i > start && (i - start == MAX_ENTRIES || bytes + size > MAX_BYTES)) {
        batches.add(List.copyOf(entries.subList(start, i)));
        start = i;
        bytes = 0;
      }
      bytes += size;
    }
    if (start < entries.size()) {
      batches.add(List.copyOf(entries.subList(start, entries.size())));
    }
    return batches;
  }
}
