// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft;

import io.kvorum.api.Cancellation;
import io.kvorum.api.KvException;
import io.kvorum.api.Mutation;
import io.kvorum.api.MvccStore;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This replica's copy of the replicated key space: read only, because only the log may write it.
 */
final class ReplicatedStoreView extends StoreView {

  ReplicatedStoreView(MvccStore store) {
    super(store);
  }

  @Override
  public void putAt(byte[] key, byte[] value, long commitTs, long expireAt) {
    throw refused("putAt");
  }

  @Override
  public void deleteAt(byte[] key, long commitTs) {
    throw refused("deleteAt");
  }

  @Override
  public boolean expireAt(byte[] key, long expireAt, long commitTs) {
    throw refused("expireAt");
  }

  @Override
  public void applyMutations(
      List<Mutation> mutations, List<byte[]> readKeys, long startTs, long commitTs) {
    throw refused("applyMutations");
  }

  @Override
  public void deletePrefixAt(byte[] prefix, byte @Nullable [] excludePrefix, long commitTs) {
    throw refused("deletePrefixAt");
  }

  @Override
  public void setMinRetainedTs(long ts) {
    throw refused("setMinRetainedTs");
  }

  @Override
  public void compact(long minTs, Cancellation cancel) {
    throw refused("compact");
  }

  @Override
  public void restore(InputStream in) {
    throw refused("restore");
  }

  @Override
  KvException refused(String method) {
    return new KvException(
        method
            + " on a replica's own store would make it differ from the other replicas: write through"
            + " kv(), or keep node-local data in localStore()");
  }
}
