// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.api.MvccCursor;
import io.kvorum.store.codec.StoreKeys;
import io.kvorum.store.codec.VersionBytes;
import org.jspecify.annotations.Nullable;

/**
 * Walks the newest records of a range, and looks for older versions only of a key whose newest
 * version is above the read timestamp.
 */
final class RocksCursor implements MvccCursor, Leases.Pinned {

  private final Leases leases;
  private final View view;
  private final RecordIterator newest;
  private final long readTs;
  private final boolean reverse;
  private boolean started;
  private volatile boolean released;
  private byte @Nullable [] key;
  private byte @Nullable [] version;

  /** Under a lease. */
  RocksCursor(Leases leases, View view, KeyRange range, long readTs, boolean reverse) {
    this.leases = leases;
    this.view = view;
    this.readTs = readTs;
    this.reverse = reverse;
    this.newest =
        view.records(StoreKeys.newestFrom(range.start()), StoreKeys.newestTo(range.end()));
    leases.register(this);
  }

  @Override
  public boolean next() {
    leases.enter();
    try {
      if (released) {
        throw new IllegalStateException(
            "the cursor is closed, or its store's content was replaced");
      }
      return advance();
    } finally {
      leases.exit();
    }
  }

  private boolean advance() {
    for (boolean more = move(); more; more = move()) {
      byte[] candidate = StoreKeys.userKeyOfNewest(newest.key());
      byte[] found = newest.value();
      if (VersionBytes.commitTs(found) > readTs) {
        found = new OlderVersions(view, candidate, found).at(readTs);
      }
      if (found != null
          && VersionBytes.isLiveAt(found, readTs)
          && !view.hides(candidate, VersionBytes.commitTs(found), readTs)) {
        key = candidate;
        version = found;
        return true;
      }
    }
    key = null;
    version = null;
    return false;
  }

  private boolean move() {
    if (!started) {
      started = true;
      return reverse ? newest.last() : newest.first();
    }
    if (!newest.isValid()) {
      return false; // the walk has ended
    }
    return reverse ? newest.previous() : newest.next();
  }

  @Override
  public byte[] key() {
    return standing(key).clone();
  }

  @Override
  public byte[] value() {
    return VersionBytes.value(standing(key), standing(version));
  }

  @Override
  public boolean isLarge() {
    return VersionBytes.isLarge(standing(version));
  }

  @Override
  public long valueLength() {
    byte[] here = standing(version);
    return VersionBytes.isLarge(here)
        ? VersionBytes.reference(here).length()
        : VersionBytes.valueLength(here);
  }

  @Override
  public long commitTs() {
    return VersionBytes.commitTs(standing(version));
  }

  private byte[] standing(byte @Nullable [] bytes) {
    if (released) {
      throw new IllegalStateException("the cursor is closed, or its store's content was replaced");
    }
    if (bytes == null) {
      throw new IllegalStateException(
          "the cursor stands on no key: next() must have returned true");
    }
    return bytes;
  }

  @Override
  public void release() {
    released = true;
    newest.close();
    view.close();
  }

  @Override
  public void close() {
    leases.release(this);
  }
}
