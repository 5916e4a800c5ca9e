// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.memory;

import io.kvorum.api.LogPosition;
import io.kvorum.api.MvccSnapshot;
import io.kvorum.store.ArgumentChecks;
import java.io.IOException;
import java.io.OutputStream;

/** Holds on to one content. */
final class MemorySnapshot implements MvccSnapshot, Handles.Handle {

  private final Handles handles;
  private final Content content;

  private volatile boolean closed;

  MemorySnapshot(Handles handles, Content content) {
    this.handles = handles;
    this.content = content;
  }

  @Override
  public void writeTo(OutputStream out) {
    ArgumentChecks.notNull(out, "out");
    checkOpen();
    ContentStream.write(content, new CheckedOutput(out));
  }

  @Override
  public long lastCommitTs() {
    checkOpen();
    return content.lastCommitTs();
  }

  @Override
  public LogPosition appliedPosition() {
    checkOpen();
    return content.applied();
  }

  @Override
  public void close() {
    closed = true;
    handles.remove(this);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the snapshot is closed");
    }
  }

  /** Ends a stream under way after the write that finds the snapshot closed. */
  private final class CheckedOutput extends OutputStream {

    private final OutputStream out;

    CheckedOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      checkOpen();
    }
  }
}
