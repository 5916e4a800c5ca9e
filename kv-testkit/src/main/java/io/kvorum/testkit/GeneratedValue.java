// SPDX-License-Identifier: Apache-2.0
package io.kvorum.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * A value of any length whose bytes follow from a seed: to be written as a stream and compared with
 * what is read, without ever being in memory.
 *
 * <pre>{@code
 * GeneratedValue generated = new GeneratedValue(42, 3 << 20);
 * kv.putStream(key, generated.stream());
 * try (LargeValue found = kv.openStream(key)) {
 *   generated.check(found);
 * }
 * }</pre>
 */
public record GeneratedValue(long seed, long length) {

  private static final int BUFFER_BYTES = 64 * 1024;

  /** What happens while a stream is read. */
  @FunctionalInterface
  public interface Interruption {

    /** Throws what the stream shall fail with; or does something else, and the stream goes on. */
    void run() throws IOException;
  }

  /** All bytes. */
  public InputStream stream() {
    return stream(-1, () -> {});
  }

  /** All bytes; once, before the one at this position, something happens. */
  public InputStream stream(long position, Interruption interruption) {
    return new Stream(position, interruption);
  }

  /**
   * Reads a stream to its end.
   *
   * @throws AssertionError if it holds other bytes
   */
  public void check(InputStream found) throws IOException {
    byte[] expected = new byte[BUFFER_BYTES];
    try (InputStream stream = stream()) {
      for (long at = 0; ; at += BUFFER_BYTES) {
        byte[] next = found.readNBytes(BUFFER_BYTES);
        int count = stream.readNBytes(expected, 0, BUFFER_BYTES);
        if (!Arrays.equals(next, 0, next.length, expected, 0, count)) {
          throw new AssertionError("the value of " + length + " bytes differs behind byte " + at);
        }
        if (count < BUFFER_BYTES) {
          return;
        }
      }
    }
  }

  private byte at(long position) {
    long mixed = (seed + (position >>> 3)) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return (byte) (mixed >>> (8 * (position & 7)));
  }

  private final class Stream extends InputStream {

    private final long interruptedAt;
    private final Interruption interruption;
    private long position;
    private boolean interrupted;

    Stream(long interruptedAt, Interruption interruption) {
      this.interruptedAt = interruptedAt;
      this.interruption = interruption;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      Objects.checkFromIndexSize(offset, count, into.length);
      if (position == interruptedAt && !interrupted) {
        interrupted = true;
        interruption.run();
      }
      long left = (position < interruptedAt ? interruptedAt : length) - position;
      if (left == 0) {
        return position == length ? -1 : read(into, offset, count);
      }
      int bytes = (int) Math.min(left, count);
      for (int i = 0; i < bytes; i++) {
        into[offset + i] = at(position++);
      }
      return bytes;
    }
  }
}
