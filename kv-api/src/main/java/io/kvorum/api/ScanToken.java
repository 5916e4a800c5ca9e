// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. The bytes, version 1, integers big-endian:
 *
 *   token := u8 version  u8 flags  u64 timestamp  [u32 length start]  [u32 length end]
 *   flags := 1 reverse, 2 has a start, 4 has an end
 *
 * The range is what is left of the scan, so the token needs no last key of its own.
 */

/**
 * Where a scan goes on: any replica can take it up, after any time, and reads at the timestamp the
 * scan began with, so that pages neither repeat, nor skip, nor mix states.
 *
 * <pre>{@code
 * ScanPage first = kv.scanPage(range, false, 3, ReadOptions.linearizable());
 * byte[] token = first.next().orElseThrow().toBytes(); // to a client, who comes back with it
 * ScanPage second = kv.scanPage(ScanToken.fromBytes(token), 3); // on any replica
 * }</pre>
 *
 * @param remaining the keys that are still to come
 * @param timestamp the state that the scan reads
 * @param reverse whether it goes downwards
 */
public record ScanToken(KeyRange remaining, long timestamp, boolean reverse) {

  private static final byte VERSION = 1;
  private static final int REVERSE = 1;
  private static final int HAS_START = 2;
  private static final int HAS_END = 4;
  private static final int HEAD = 2 + Long.BYTES;

  public ScanToken {
    if (timestamp < 0) {
      throw new InvalidArgumentException("a scan token's timestamp is " + timestamp);
    }
  }

  /** The token as bytes, to hand to a client or to another process. */
  public byte[] toBytes() {
    byte[] start = remaining.start();
    byte[] end = remaining.end();
    int flags =
        (reverse ? REVERSE : 0) | (start == null ? 0 : HAS_START) | (end == null ? 0 : HAS_END);
    ByteBuffer bytes = ByteBuffer.allocate(HEAD + lengthOf(start) + lengthOf(end));
    bytes.put(VERSION).put((byte) flags).putLong(timestamp);
    put(bytes, start);
    put(bytes, end);
    return bytes.array();
  }

  /**
   * The token that {@link #toBytes} made these bytes of.
   *
   * @throws InvalidArgumentException if the bytes are no token
   */
  public static ScanToken fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.remaining() < HEAD || in.get() != VERSION) {
      throw damaged();
    }
    int flags = in.get();
    long timestamp = in.getLong();
    byte[] start = (flags & HAS_START) == 0 ? null : take(in);
    byte[] end = (flags & HAS_END) == 0 ? null : take(in);
    if (in.hasRemaining() || (flags & ~(REVERSE | HAS_START | HAS_END)) != 0) {
      throw damaged();
    }
    return new ScanToken(new KeyRange(start, end), timestamp, (flags & REVERSE) != 0);
  }

  private static int lengthOf(byte @Nullable [] key) {
    return key == null ? 0 : Integer.BYTES + key.length;
  }

  private static void put(ByteBuffer bytes, byte @Nullable [] key) {
    if (key != null) {
      bytes.putInt(key.length).put(key);
    }
  }

  private static byte[] take(ByteBuffer in) {
    int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw damaged();
    }
    byte[] key = new byte[length];
    in.get(key);
    return key;
  }

  private static InvalidArgumentException damaged() {
    return new InvalidArgumentException(
        "these bytes are no scan token of version " + VERSION + "; begin the scan anew");
  }
}
