// SPDX-License-Identifier: Apache-2.0
package io.kvorum.guide;

import io.kvorum.api.Commit;
import io.kvorum.api.KeyRange;
import io.kvorum.api.KeyValue;
import io.kvorum.api.MvccCursor;
import io.kvorum.api.ReadOptions;
import io.kvorum.api.ReadTimestampCompactedException;
import io.kvorum.api.ReplicatedKv;
import io.kvorum.api.ScanPage;
import io.kvorum.api.ScanToken;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The code of docs/guide/choosing-a-read.md. */
final class ReadsGuide {

  private final ReplicatedKv kv;

  ReadsGuide(ReplicatedKv kv) {
    this.kv = kv;
  }

  // guide: linearizable
  byte @Nullable [] current(byte[] key) {
    return kv.get(key); // the same as get(key, ReadOptions.linearizable())
  }

  // guide ends

  // guide: lease
  byte @Nullable [] currentByLease(byte[] key) {
    return kv.get(key, ReadOptions.lease());
  }

  // guide ends

  // guide: session
  /** Sees its own write, on whichever replica it reads. */
  byte @Nullable [] writeHereReadThere(byte[] key, byte[] value, ReplicatedKv there) {
    Commit commit = kv.put(key, value);
    return there.get(key, ReadOptions.atLeast(commit.timestamp()));
  }

  // guide ends

  // guide: history
  /** What a key was before a commit changed it; null also when that is too long ago. */
  byte @Nullable [] before(byte[] key, Commit commit) {
    try {
      return kv.get(key, ReadOptions.at(commit.timestamp() - 1));
    } catch (ReadTimestampCompactedException e) {
      return null; // older than the retention
    }
  }

  // guide ends

  // guide: stale
  /** May be half a second behind, and then costs no message. */
  List<KeyValue> dashboard(KeyRange range) {
    return kv.scan(range, 100, ReadOptions.stale(Duration.ofMillis(500)));
  }

  // guide ends

  // guide: pages
  /** One page of a listing; the token goes to the client and comes back with its next request. */
  ScanPage page(KeyRange range, byte @Nullable [] token) {
    return token == null
        ? kv.scanPage(range, false, 50, ReadOptions.linearizable())
        : kv.scanPage(ScanToken.fromBytes(token), 50);
  }

  // guide ends

  // guide: cursor
  /** Walks over a range of any length, all from one state, in little memory. */
  long bytesIn(KeyRange range) {
    long bytes = 0;
    try (MvccCursor cursor = kv.openCursor(range, false, ReadOptions.linearizable())) {
      while (cursor.next()) {
        bytes += cursor.value().length;
      }
    }
    return bytes;
  }
  // guide ends
}
