// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** How long this disk takes to make a small append durable: what sync mode pays for each write. */
public final class FsyncProbe {

  private static final int ROUNDS = 500;
  private static final int APPEND_BYTES = 128;

  private FsyncProbe() {}

  /** The median time of an fdatasync after a small append, in microseconds. */
  public static double medianMicros(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "fsync-", ".probe");
    long[] nanos = new long[ROUNDS];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < ROUNDS; i++) {
        ByteBuffer append = ByteBuffer.allocate(APPEND_BYTES);
        while (append.hasRemaining()) {
          channel.write(append);
        }
        long start = System.nanoTime();
        channel.force(false);
        nanos[i] = System.nanoTime() - start;
      }
    } finally {
      Files.deleteIfExists(file);
    }
    Arrays.sort(nanos);
    return nanos[ROUNDS / 2] / 1e3;
  }
}
