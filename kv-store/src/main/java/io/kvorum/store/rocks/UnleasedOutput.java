// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The user's stream, written to while the writer holds nothing of the store: one that stalls holds
 * up neither a close nor a restore.
 */
final class UnleasedOutput extends OutputStream {

  private final OutputStream out;
  private final Runnable giveUp;
  private final Runnable takeBack;

  /**
   * @param giveUp run before each write
   * @param takeBack run after each write, also one that failed; throws if the writer may not go on
   */
  UnleasedOutput(OutputStream out, Runnable giveUp, Runnable takeBack) {
    this.out = out;
    this.giveUp = giveUp;
    this.takeBack = takeBack;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    giveUp.run();
    try {
      out.write(bytes, offset, length);
    } finally {
      takeBack.run();
    }
  }
}
