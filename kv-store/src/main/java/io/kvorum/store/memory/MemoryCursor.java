// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.KeyRange;
import io.kvorum.api.LargeReference;
import io.kvorum.api.MvccCursor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A walk over one content; it steps by looking up the key next to the one it stands on. */
final class MemoryCursor implements MvccCursor, Handles.Handle {

  private final Handles handles;
  private final Content content;
  private final KeyRange range;
  private final long ts;
  private final boolean reverse;

  // Guarded by this.
  private boolean begun;
  private boolean closed;
  private Map.@Nullable Entry<byte[], History> entry;
  private @Nullable Version version;

  MemoryCursor(Handles handles, Content content, KeyRange range, long ts, boolean reverse) {
    this.handles = handles;
    this.content = content;
    this.range = copy(range);
    this.ts = ts;
    this.reverse = reverse;
  }

  @Override
  public synchronized boolean next() {
    checkOpen();
    version = null;
    do {
      entry = begun ? step() : first();
      begun = true;
      if (entry == null || !range.contains(entry.getKey())) {
        entry = null;
        return false;
      }
      version = entry.getValue().visibleAt(ts);
    } while (version == null);
    return true;
  }

  @Override
  public synchronized byte[] key() {
    checkOpen();
    if (entry == null) {
      throw offKey();
    }
    return entry.getKey().clone();
  }

  @Override
  public synchronized byte[] value() {
    return here().copy(key());
  }

  @Override
  public synchronized boolean isLarge() {
    return here().large() != null;
  }

  @Override
  public synchronized long valueLength() {
    LargeReference large = here().large();
    return large == null ? here().value().length : large.length();
  }

  @Override
  public synchronized long commitTs() {
    return here().commitTs();
  }

  @Override
  public synchronized void close() {
    closed = true;
    handles.remove(this);
  }

  private Map.@Nullable Entry<byte[], History> first() {
    if (range.isEmpty()) {
      return null;
    }
    if (!reverse) {
      byte[] start = range.start();
      return content.keys().ceilingEntry(start == null ? new byte[0] : start);
    }
    byte[] end = range.end();
    if (end != null) {
      return content.keys().lowerEntry(end);
    }
    return content.keys().isEmpty() ? null : content.keys().lastEntry();
  }

  private Map.@Nullable Entry<byte[], History> step() {
    if (entry == null) {
      return null;
    }
    byte[] key = entry.getKey();
    return reverse ? content.keys().lowerEntry(key) : content.keys().higherEntry(key);
  }

  private Version here() {
    checkOpen();
    if (version == null) {
      throw offKey();
    }
    return version;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the cursor is closed");
    }
  }

  private static IllegalStateException offKey() {
    return new IllegalStateException("the cursor stands on no key; call next() first");
  }

  static KeyRange copy(KeyRange range) {
    byte[] start = range.start();
    byte[] end = range.end();
    return new KeyRange(start == null ? null : start.clone(), end == null ? null : end.clone());
  }
}
