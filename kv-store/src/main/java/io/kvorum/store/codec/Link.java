// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/*
 * Implementation notes. The references are those of a deterministic skip list. A version's depth is
 * the number of versions below it on its way; reference k leads to the nearest one below whose depth
 * is a multiple of 16 to the k, for every k that has one above depth 0. So any version is reached
 * in 16 steps for each level, and most versions have one reference, of about nine bytes.
 */

/**
 * The way from a version to the ones that it and those before it replaced.
 *
 * @param depth how many versions the way leads to
 * @param refs reference k leads to the nearest version below whose depth is a multiple of 16 to the
 *     k; the first to the version that was replaced
 */
public record Link(long depth, List<UndoRef> refs) {

  /** Of a version that replaced none. */
  public static final Link NONE = new Link(0, List.of());

  private static final int BITS_A_LEVEL = 4;
  private static final int LONGEST_VARINT = 10;

  /** The link of a version that replaces the one with this link, which stands at {@code ref}. */
  public Link next(UndoRef ref) {
    int levels = levels(depth + 1);
    if (levels == 1) {
      return new Link(depth + 1, List.of(ref));
    }
    List<UndoRef> next = new ArrayList<>(levels);
    for (int level = 0; level < levels; level++) {
      long between = 1L << (level * BITS_A_LEVEL);
      next.add(depth % between == 0 ? ref : refs.get(level));
    }
    return new Link(depth + 1, List.copyOf(next));
  }

  /** Levels 0 and every k with 16 to the k below the depth. */
  private static int levels(long depth) {
    int levels = 1;
    while (levels * BITS_A_LEVEL < Long.SIZE - 1 && 1L << (levels * BITS_A_LEVEL) < depth) {
      levels++;
    }
    return levels;
  }

  /** Empty for none. */
  byte[] encode(long commitTs) {
    if (depth == 0) {
      return new byte[0];
    }
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST_VARINT * (1 + 3 * refs.size()));
    Varints.put(bytes, depth);
    for (UndoRef ref : refs) {
      long distance = ref.dueTs() - commitTs;
      Varints.put(bytes, (distance << 1) ^ (distance >> 63)); // few bytes for either sign
      Varints.put(bytes, ref.sequence());
      Varints.put(bytes, ref.index());
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /**
   * What {@link #encode} has made.
   *
   * @throws IllegalArgumentException if the bytes are no link
   */
  static Link decode(ByteBuffer bytes, long commitTs) {
    long depth = Varints.get(bytes);
    if (depth <= 0) {
      throw new IllegalArgumentException("a link of depth " + depth);
    }
    int levels = levels(depth);
    List<UndoRef> refs = levels == 1 ? List.of(ref(bytes, commitTs)) : new ArrayList<>(levels);
    while (refs.size() < levels) {
      refs.add(ref(bytes, commitTs));
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException(bytes.remaining() + " bytes behind a link");
    }
    return new Link(depth, refs);
  }

  private static UndoRef ref(ByteBuffer bytes, long commitTs) {
    long distance = Varints.get(bytes);
    long dueTs = commitTs + ((distance >>> 1) ^ -(distance & 1));
    long sequence = Varints.get(bytes);
    long index = Varints.get(bytes);
    if (dueTs < 0 || sequence < 0 || index < 0 || index > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a reference to " + dueTs + ", " + sequence + ", " + index);
    }
    return new UndoRef(dueTs, sequence, (int) index);
  }
}
