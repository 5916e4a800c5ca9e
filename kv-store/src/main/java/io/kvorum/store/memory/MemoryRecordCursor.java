// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.KeyRange;
import io.kvorum.api.RecordCursor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A walk over the state records of one content. */
final class MemoryRecordCursor implements RecordCursor, Handles.Handle {

  private final Handles handles;
  private final Content content;
  private final KeyRange range;

  // Guarded by this.
  private boolean begun;
  private boolean closed;
  private Map.@Nullable Entry<byte[], byte[]> entry;

  MemoryRecordCursor(Handles handles, Content content, KeyRange range) {
    this.handles = handles;
    this.content = content;
    this.range = MemoryCursor.copy(range);
  }

  @Override
  public synchronized boolean next() {
    checkOpen();
    if (!begun) {
      begun = true;
      byte[] start = range.start();
      entry =
          range.isEmpty()
              ? null
              : content.records().ceilingEntry(start == null ? new byte[0] : start);
    } else if (entry != null) {
      entry = content.records().higherEntry(entry.getKey());
    }
    if (entry != null && !range.contains(entry.getKey())) {
      entry = null;
    }
    return entry != null;
  }

  @Override
  public synchronized byte[] key() {
    return here().getKey().clone();
  }

  @Override
  public synchronized byte[] value() {
    return here().getValue().clone();
  }

  private Map.Entry<byte[], byte[]> here() {
    checkOpen();
    if (entry == null) {
      throw new IllegalStateException(
          "the cursor stands on no record: next() must have returned true");
    }
    return entry;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the cursor is closed, or its store's content was replaced");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    handles.remove(this);
  }
}
