// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Implementation notes. A map of arrays would cost the collector what it saves: every write would put
 * a young array into an old map. So there are two arrays that live as long as the cache. In the ring
 * stand the entries, one behind the other, and the oldest are written over. A version takes the place
 * of the one before it if it fits: an entry has some room to spare, since the links of two versions
 * rarely have the same length.
 *
 *   entry := keyLength(2) versionLength(2) room(2) key version spare
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

  private static final int HEADER = 3 * Short.BYTES;
  private static final int SPARE = 16;

  /** What an entry takes beside its key and version. */
  static final int OVERHEAD = HEADER + SPARE;

  private static final int WAYS = 4;
  private static final int RING_BYTES_A_SLOT = 64;

  private final int capacity;
  private final int groups; // a power of two

  // Empty until allocated.
  private byte[] ring = {};
  private long[] table = {}; // a position plus one, or 0

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
    int at = offset(table[slot] - 1);
    int start = at + HEADER + key.length;
    return Arrays.copyOfRange(ring, start, start + shortAt(at + Short.BYTES));
  }

  /** Now the database holds this as the newest version of the key; null: none. */
  void put(byte[] key, byte @Nullable [] version) {
    if (version == null || OVERHEAD + key.length + version.length > LONGEST_ENTRY) {
      forget(key);
    } else if (ring.length > 0) {
      int slot = find(key);
      if (slot >= 0 && version.length <= room(offset(table[slot] - 1))) {
        set(offset(table[slot] - 1), key.length, version);
      } else {
        table[slot >= 0 ? slot : oldest(key)] = append(key, version) + 1;
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

  /** Where the key stands in the table; -1 when it does not. */
  private int find(byte[] key) {
    if (ring.length > 0) {
      int first = firstSlot(key);
      for (int slot = first; slot < first + WAYS; slot++) {
        long position = table[slot] - 1;
        if (position >= 0 && end <= position + capacity && isOf(key, offset(position))) {
          return slot;
        }
      }
    }
    return -1;
  }

  private boolean isOf(byte[] key, int at) {
    int start = at + HEADER;
    return shortAt(at) == key.length
        && Arrays.equals(ring, start, start + key.length, key, 0, key.length);
  }

  /** The slot to give up, of those that the key may have: an unused one, else the oldest. */
  private int oldest(byte[] key) {
    int first = firstSlot(key);
    int oldest = first;
    for (int slot = first + 1; slot < first + WAYS; slot++) {
      if (table[slot] < table[oldest]) {
        oldest = slot;
      }
    }
    return oldest;
  }

  private int firstSlot(byte[] key) {
    // FNV-1a, of 64 bits. Arrays.hashCode makes few hashes of many keys that count in binary.
    long hash = 0xCBF29CE484222325L;
    for (byte each : key) {
      hash = (hash ^ (each & 0xFF)) * 0x100000001B3L;
    }
    return ((int) (hash ^ (hash >>> 32)) & (groups - 1)) * WAYS;
  }

  private long append(byte[] key, byte[] version) {
    int room = version.length + SPARE;
    int size = HEADER + key.length + room;
    int at = offset(end);
    if (at + size > capacity) { // an entry does not wrap around
      end += capacity - at;
      at = 0;
    }
    long position = end;
    putShort(at, key.length);
    putShort(at + 2 * Short.BYTES, room);
    System.arraycopy(key, 0, ring, at + HEADER, key.length);
    set(at, key.length, version);
    end += size;
    return position;
  }

  private void set(int at, int keyLength, byte[] version) {
    putShort(at + Short.BYTES, version.length);
    System.arraycopy(version, 0, ring, at + HEADER + keyLength, version.length);
  }

  private int room(int at) {
    return shortAt(at + 2 * Short.BYTES);
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
