// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. A map of arrays would cost the collector what it saves: every write would put
 * a young array into an old map. So there are two arrays that live as long as the cache. In the ring
 * stand the entries, one behind the other, and the oldest are written over; a version that is as long
 * as the one before it takes its place:
 *
 *   entry := keyLength(2) versionLength(2) key version
 *
 * A position counts all bytes that were ever written to the ring, so it tells an entry that has been
 * written over from one that has not. The table holds the position, plus one, of each entry in one of
 * the few slots that the hash of its key allows.
 */

/**
 * Newest versions of the keys that were touched last, within a fixed memory: who writes a key again
 * needs no look-up in the database to know what the write replaces. Used by the thread that holds
 * the write mutex.
 *
 * <p>Invariant: what it holds for a key is what the database holds; so whoever changes or removes
 * the newest version of a key there tells it here, before anything is read again.
 */
final class NewestCache {

  /** Longer ones are not held: they would displace many for the sake of one look-up. */
  static final int LONGEST_ENTRY = 4096;

  private static final int HEADER = 2 * Short.BYTES;
  private static final int WAYS = 4;
  private static final int RING_BYTES_A_SLOT = 64;

  /* So many bytes are not written in the life of a process. */
  private static final int POSITION_BITS = 56;
  private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;

  private final int capacity;
  private final int groups; // a power of two

  // Empty until allocated.
  private byte[] ring = {};
  private long[] table = {}; // 0, or some bits of the key's hash above a position plus one

  private long end;

  /**
   * @param bytes of memory; with less than the longest entry, nothing is held
   */
  NewestCache(long bytes) {
    long ringBytes = bytes * RING_BYTES_A_SLOT / (RING_BYTES_A_SLOT + Long.BYTES);
    this.capacity = ringBytes < LONGEST_ENTRY ? 0 : (int) Math.min(ringBytes, 1 << 30);
    this.groups = Integer.highestOneBit(Math.max(1, capacity / RING_BYTES_A_SLOT / WAYS));
  }

  /**
   * Takes the memory, unless it has it. To be called before the first write: who fails for want of
   * memory then has written nothing.
   */
  void allocate() {
    if (ring.length < capacity) {
      table = new long[groups * WAYS];
      ring = new byte[capacity];
    }
  }

  /** The newest version of the key, as a copy; null when it is not held. */
  byte @Nullable [] get(byte[] key) {
    int slot = find(key);
    if (slot < 0) {
      return null;
    }
    int at = offset(position(slot));
    int start = at + HEADER + key.length;
    return Arrays.copyOfRange(ring, start, start + shortAt(at + Short.BYTES));
  }

  /** Now the database holds this as the newest version of the key; null: none. */
  void put(byte[] key, byte @Nullable [] version) {
    if (version == null || HEADER + key.length + version.length > LONGEST_ENTRY) {
      forget(key);
    } else if (ring.length > 0) {
      long hash = hash(key);
      int slot = find(key, hash);
      if (slot >= 0 && shortAt(offset(position(slot)) + Short.BYTES) == version.length) {
        int start = offset(position(slot)) + HEADER + key.length;
        System.arraycopy(version, 0, ring, start, version.length);
      } else {
        table[slot >= 0 ? slot : oldest(hash)] = tag(hash) | (append(key, version) + 1);
      }
    }
  }

  /** What the database holds of the key is not known any more. */
  void forget(byte[] key) {
    int slot = find(key);
    if (slot >= 0) {
      table[slot] = 0;
    }
  }

  private int find(byte[] key) {
    return find(key, hash(key));
  }

  /**
   * Where the key stands in the table; -1 when it does not. The tag first: most slots hold another
   * key, and what is in the ring at their positions is in no cache of the processor.
   */
  private int find(byte[] key, long hash) {
    if (ring.length > 0) {
      int first = firstSlot(hash);
      for (int slot = first; slot < first + WAYS; slot++) {
        if ((table[slot] & ~POSITION_MASK) == tag(hash)
            && table[slot] != 0
            && end <= position(slot) + capacity
            && isOf(key, offset(position(slot)))) {
          return slot;
        }
      }
    }
    return -1;
  }

  private long position(int slot) {
    return (table[slot] & POSITION_MASK) - 1;
  }

  private boolean isOf(byte[] key, int at) {
    int start = at + HEADER;
    return shortAt(at) == key.length
        && Arrays.equals(ring, start, start + key.length, key, 0, key.length);
  }

  /** The slot to give up, of those that the key may have: an unused one, else the oldest. */
  private int oldest(long hash) {
    int first = firstSlot(hash);
    int oldest = first;
    for (int slot = first + 1; slot < first + WAYS; slot++) {
      if (position(slot) < position(oldest)) {
        oldest = slot;
      }
    }
    return oldest;
  }

  private static long hash(byte[] key) {
    // FNV-1a, of 64 bits. Arrays.hashCode makes few hashes of many keys that count in binary.
    long hash = 0xCBF29CE484222325L;
    for (byte each : key) {
      hash = (hash ^ (each & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  private static long tag(long hash) {
    return hash & ~POSITION_MASK;
  }

  private int firstSlot(long hash) {
    return ((int) (hash ^ (hash >>> 32)) & (groups - 1)) * WAYS;
  }

  private long append(byte[] key, byte[] version) {
    int size = HEADER + key.length + version.length;
    int at = offset(end);
    if (at + size > capacity) { // an entry does not wrap around
      end += capacity - at;
      at = 0;
    }
    long position = end;
    putShort(at, key.length);
    putShort(at + Short.BYTES, version.length);
    System.arraycopy(key, 0, ring, at + HEADER, key.length);
    System.arraycopy(version, 0, ring, at + HEADER + key.length, version.length);
    end += size;
    return position;
  }

  private int offset(long position) {
    return (int) (position % capacity);
  }

  private void putShort(int at, int value) {
    ring[at] = (byte) (value >>> 8);
    ring[at + 1] = (byte) value;
  }

  private int shortAt(int at) {
    return ((ring[at] & 0xFF) << 8) | (ring[at + 1] & 0xFF);
  }
}
