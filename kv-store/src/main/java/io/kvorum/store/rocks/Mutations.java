// SPDX-License-Identifier: Apache-2.0
package io.kvorum.store.rocks;

import io.kvorum.api.ConflictKind;
import io.kvorum.api.Mutation;
import io.kvorum.api.WriteConflictException;
import io.kvorum.store.ConflictCounters;
import io.kvorum.store.codec.VersionBytes;
import java.util.ArrayList;
import java.util.List;

/** The check and the effect of one apply, the same for both families. */
final class Mutations {

  private Mutations() {}

  /** Checks everything first, then writes everything into the batch. */
  static void apply(
      PendingBatch batch,
      List<Mutation> mutations,
      List<byte[]> readKeys,
      long startTs,
      long commitTs,
      ConflictCounters conflicts) {
    check(batch, mutations, readKeys, startTs, conflicts);
    if (!mutations.isEmpty()) {
      batch.commitsAt(commitTs);
    }
    for (Mutation mutation : mutations) {
      batch.write(mutation.key(), version(mutation, commitTs));
    }
  }

  /** Throws at the first key that has a version above {@code startTs}. */
  static void check(
      PendingBatch batch,
      List<Mutation> mutations,
      List<byte[]> readKeys,
      long startTs,
      ConflictCounters conflicts) {
    List<byte[]> keys = new ArrayList<>(mutations.size() + readKeys.size());
    for (Mutation mutation : mutations) {
      keys.add(mutation.key());
    }
    keys.addAll(readKeys);
    batch.prefetch(keys, Long.MAX_VALUE);
    for (int i = 0; i < keys.size(); i++) {
      byte[] newest = batch.newest(keys.get(i));
      if (newest != null && VersionBytes.commitTs(newest) > startTs) {
        ConflictKind kind = i < mutations.size() ? ConflictKind.WRITE : ConflictKind.READ;
        conflicts.add(kind, keys.get(i));
        throw new WriteConflictException(kind, keys.get(i), startTs, VersionBytes.commitTs(newest));
      }
    }
  }

  private static byte[] version(Mutation mutation, long commitTs) {
    if (mutation instanceof Mutation.Put put) {
      return VersionBytes.put(commitTs, put.value(), put.expireAt());
    }
    return VersionBytes.tombstone(commitTs);
  }
}
