// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * One change of one key. The arrays are not copied here; the call that takes the mutation copies.
 *
 * <pre>{@code
 * long now = kv.put(oldKey, value).timestamp();
 * long inAnHour = now + (Duration.ofHours(1).toMillis() << 16);
 * kv.write(List.of(Mutation.put(key, value, inAnHour), Mutation.delete(oldKey)));
 * }</pre>
 */
public sealed interface Mutation permits Mutation.Put, Mutation.Delete {

  /** The key that changes. */
  byte[] key();

  /** Writes a value that never expires. */
  static Mutation put(byte[] key, byte[] value) {
    return new Put(key, value, 0);
  }

  /** Writes a value that is invisible from the timestamp {@code expireAt} on; 0 for never. */
  static Mutation put(byte[] key, byte[] value, long expireAt) {
    return new Put(key, value, expireAt);
  }

  /** Writes a tombstone. */
  static Mutation delete(byte[] key) {
    return new Delete(key);
  }

  /** See {@link Mutation#put(byte[], byte[], long)}. */
  record Put(byte[] key, byte[] value, long expireAt) implements Mutation {

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

    @Override
    public String toString() {
      return "Put[key="
          + hex(key)
          + ", value="
          + length(value)
          + " bytes, expireAt="
          + expireAt
          + "]";
    }
  }

  /** See {@link Mutation#delete}. */
  record Delete(byte[] key) implements Mutation {

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

  private static String hex(byte[] bytes) {
    return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
