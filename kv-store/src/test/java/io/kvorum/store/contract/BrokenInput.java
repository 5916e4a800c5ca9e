// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.contract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** A connection that breaks off. */
public final class BrokenInput extends InputStream {

  private BrokenInput() {}

  /** The first {@code length} of these bytes, then a failure. */
  public static InputStream behind(byte[] bytes, int length) {
    return new SequenceInputStream(new ByteArrayInputStream(bytes, 0, length), new BrokenInput());
  }

  @Override
  public int read() throws IOException {
    throw new IOException("connection reset");
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return read();
  }
}
