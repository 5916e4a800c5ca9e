// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.LargeValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** A value that was short enough to be read at once. */
final class LoadedValue extends LargeValue {

  private final int length;
  private final ByteArrayInputStream bytes;
  private boolean closed;

  LoadedValue(byte[] value) {
    this.length = value.length;
    this.bytes = new ByteArrayInputStream(value);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read() throws IOException {
    checkOpen();
    return bytes.read();
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    checkOpen();
    return bytes.read(into, offset, count);
  }

  @Override
  public int available() throws IOException {
    checkOpen();
    return bytes.available();
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw StoredValue.closedException(null);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
