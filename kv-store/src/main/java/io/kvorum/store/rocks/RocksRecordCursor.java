// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.KeyRange;
import io.kvorum.api.RecordCursor;
import io.kvorum.store.codec.StoreKeys;

/** Walks the state records of a range in a pinned view. */
final class RocksRecordCursor implements RecordCursor, Leases.Pinned {

  private final Leases leases;
  private final View view;
  private final RecordIterator records;
  private boolean started;
  private boolean standing;
  private volatile boolean released;

  /** Under a lease; the view is the cursor's from here on. */
  RocksRecordCursor(Leases leases, View view, KeyRange range) {
    this.leases = leases;
    this.view = view;
    this.records = view.passing(StoreKeys.stateFrom(range.start()), StoreKeys.stateTo(range.end()));
    leases.register(this);
  }

  @Override
  public boolean next() {
    leases.enter();
    try {
      checkOpen();
      if (!started) {
        started = true;
        standing = records.first();
      } else if (standing) {
        standing = records.next();
      }
      return standing;
    } finally {
      leases.exit();
    }
  }

  @Override
  public byte[] key() {
    leases.enter();
    try {
      return StoreKeys.recordKeyOfState(here().key());
    } finally {
      leases.exit();
    }
  }

  @Override
  public byte[] value() {
    leases.enter();
    try {
      return here().value();
    } finally {
      leases.exit();
    }
  }

  private RecordIterator here() {
    checkOpen();
    if (!standing) {
      throw new IllegalStateException(
          "the cursor stands on no record: next() must have returned true");
    }
    return records;
  }

  private void checkOpen() {
    if (released) {
      throw new IllegalStateException("the cursor is closed, or its store's content was replaced");
    }
  }

  @Override
  public void release() {
    released = true;
    records.close();
    view.close();
  }

  @Override
  public void close() {
    leases.release(this);
  }
}
