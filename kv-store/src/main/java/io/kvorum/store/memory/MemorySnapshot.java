// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccSnapshot;
import java.io.OutputStream;

/** Holds on to one content. */
final class MemorySnapshot implements MvccSnapshot, Handles.Handle {

  private final Handles handles;
  private final Content content;

  // Guarded by this.
  private boolean closed;

  MemorySnapshot(Handles handles, Content content) {
    this.handles = handles;
    this.content = content;
  }

  @Override
  public synchronized void writeTo(OutputStream out) {
    checkOpen();
    ContentStream.write(content, out);
  }

  @Override
  public synchronized long lastCommitTs() {
    checkOpen();
    return content.lastCommitTs();
  }

  @Override
  public synchronized LogPosition appliedPosition() {
    checkOpen();
    return content.applied();
  }

  @Override
  public synchronized void close() {
    closed = true;
    handles.remove(this);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the snapshot is closed");
    }
  }
}
