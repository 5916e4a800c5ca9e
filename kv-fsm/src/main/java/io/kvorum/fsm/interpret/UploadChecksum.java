// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.interpret;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of a value that is written in parts: a chain, so that it can be taken up after any
 * chunk, and finds chunks that are damaged, missing, doubled or in another order. Of no chunks it
 * is 0; of one more, the CRC32C of the checksum so far, four bytes, and the chunk.
 */
public final class UploadChecksum {

  private UploadChecksum() {}

  /** The checksum of one chunk more. */
  public static int next(int soFar, byte[] chunk) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(soFar).flip());
    crc.update(chunk, 0, chunk.length);
    return (int) crc.getValue();
  }
}
