// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.store.ArgumentChecks;
import io.kvorum.store.codec.VersionBytes;
import org.jspecify.annotations.Nullable;

/** Looks for the first key of a range that has changed, see {@link io.kvorum.api.RaftBatch}. */
final class RangeCheck implements PendingBatch.NewestVisitor {

  private final KeyRange range;
  private final long ts;
  private final int maxKeys;
  private int visible;
  private byte @Nullable [] changed;

  private RangeCheck(KeyRange range, long ts, int maxKeys) {
    this.range = range;
    this.ts = ts;
    this.maxKeys = maxKeys;
  }

  static byte @Nullable [] firstKeyChangedAfter(
      PendingBatch batch, KeyRange range, long ts, int maxKeys) {
    if (range.isEmpty()) {
      return null;
    }
    RangeCheck check = new RangeCheck(range, ts, maxKeys);
    batch.forEachNewest(range, check);
    return check.changed;
  }

  @Override
  public boolean visit(byte[] key, byte[] newest) {
    if (VersionBytes.commitTs(newest) > ts) {
      changed = key.clone();
      return false;
    }
    if (VersionBytes.isLiveAt(newest, ts) && ++visible > maxKeys) {
      throw ArgumentChecks.tooManyKeys(range, maxKeys);
    }
    return true;
  }
}
