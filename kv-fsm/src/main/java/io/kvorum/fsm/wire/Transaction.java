// SPDX-License-Identifier: Apache-2.0
package io.kvorum.fsm.wire;

import io.kvorum.api.KeyRange;
import io.kvorum.api.Mutation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * What a serializable transaction has read and wants to write. The arrays are not copied; equal
 * when all bytes are.
 *
 * @param startTs the timestamp at which it has read everything
 * @param mutations what it writes; the last mutation of a key wins
 * @param readKeys the keys it has read one by one, present or absent
 * @param readRanges the ranges it has scanned, cut to what it has seen of them
 */
public record Transaction(
    long startTs, List<Mutation> mutations, List<byte[]> readKeys, List<KeyRange> readRanges) {

  public Transaction {
    mutations = List.copyOf(mutations);
    readKeys = List.copyOf(readKeys);
    readRanges = List.copyOf(readRanges);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Transaction other
        && startTs == other.startTs
        && mutations.equals(other.mutations)
        && byContent(readKeys).equals(byContent(other.readKeys))
        && readRanges.equals(other.readRanges);
  }

  @Override
  public int hashCode() {
    return Objects.hash(startTs, mutations, byContent(readKeys), readRanges);
  }

  private static List<ByteBuffer> byContent(List<byte[]> keys) {
    return keys.stream().map(ByteBuffer::wrap).toList();
  }
}
