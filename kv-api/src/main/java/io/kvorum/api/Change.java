// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a commit has changed. The arrays belong to whoever receives it.
 *
 * <pre>{@code
 * for (Change change : event.changes()) {
 *   if (change instanceof Change.Put put) {
 *     copy.put(text(put.key()), text(put.value()));
 *   } else if (change instanceof Change.PutLarge put) {
 *     copy.put(text(put.key()), put.length() + " bytes"); // openStream reads them
 *   } else if (change instanceof Change.Delete delete) {
 *     copy.remove(text(delete.key()));
 *   } else if (change instanceof Change.DeletePrefix gone) {
 *     copy.keySet().removeIf(key -> key.startsWith(text(gone.prefix())));
 *   }
 * }
 * }</pre>
 */
public sealed interface Change {

  /**
   * The key has this value now.
   *
   * @param expireAt the timestamp from which it is invisible; 0 for never. No event follows then:
   *     an expiry is no commit
   */
  record Put(byte[] key, byte[] value, long expireAt) implements Change {

    @Override
    public boolean equals(Object o) {
      return o instanceof Put other
          && Arrays.equals(key, other.key)
          && Arrays.equals(value, other.value)
          && expireAt == other.expireAt;
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(key), Arrays.hashCode(value), expireAt);
    }

    /** The key in hex and the length of the value: values stay out of logs. */
    @Override
    public String toString() {
      return "Put[key="
          + hex(key)
          + ", value="
          + value.length
          + " bytes, expireAt="
          + expireAt
          + "]";
    }
  }

  /**
   * The key has a large value now: {@link ReplicatedKv#openStream} reads it, at the commit
   * timestamp of the event or later.
   *
   * @param length of the value, in bytes
   * @param expireAt as in {@link Put}
   */
  record PutLarge(byte[] key, long length, long expireAt) implements Change {

    @Override
    public boolean equals(Object o) {
      return o instanceof PutLarge other
          && Arrays.equals(key, other.key)
          && length == other.length
          && expireAt == other.expireAt;
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(key), length, expireAt);
    }

    @Override
    public String toString() {
      return "PutLarge[key=" + hex(key) + ", length=" + length + ", expireAt=" + expireAt + "]";
    }
  }

  /**
   * The key has no value now, whether or not it had one before: it was deleted, or given a value
   * that had expired already.
   */
  record Delete(byte[] key) implements Change {

    @Override
    public boolean equals(Object o) {
      return o instanceof Delete other && Arrays.equals(key, other.key);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(key);
    }

    @Override
    public String toString() {
      return "Delete[key=" + hex(key) + "]";
    }
  }

  /**
   * No key with the prefix has a value now, but for those with the excluded prefix. The keys are
   * not named one by one, there may be millions; some may lie outside of the watched range.
   *
   * @param excludePrefix null: none is excluded
   */
  record DeletePrefix(byte[] prefix, byte @Nullable [] excludePrefix) implements Change {

    @Override
    public boolean equals(Object o) {
      return o instanceof DeletePrefix other
          && Arrays.equals(prefix, other.prefix)
          && Arrays.equals(excludePrefix, other.excludePrefix);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(prefix) + Arrays.hashCode(excludePrefix);
    }

    @Override
    public String toString() {
      return "DeletePrefix[prefix="
          + hex(prefix)
          + (excludePrefix == null ? "" : ", excludePrefix=" + hex(excludePrefix))
          + "]";
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
